namespace Mesh.Client.Model;

/// <summary>A set of health states; compared by what it holds.</summary>
internal readonly record struct EndpointHealthSet(int Bits)
{
    /// <summary>What takes new requests, too.</summary>
    public static EndpointHealthSet Default { get; } = Of([EndpointHealth.Unknown, EndpointHealth.Healthy]);

    public static EndpointHealthSet Of(IEnumerable<EndpointHealth> states) => new(states.Aggregate(0, (bits, state) => bits | (1 << (int)state)));

    public bool Contains(EndpointHealth state) => (Bits & (1 << (int)state)) != 0;
}
