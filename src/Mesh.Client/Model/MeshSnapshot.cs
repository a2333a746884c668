using System.Collections.Frozen;

namespace Mesh.Client.Model;

/// <summary>Everything the data plane knows at one moment; a request reads it once and passes it down.</summary>
/// <param name="Generation">Grows by one with every snapshot of a process; 0 is the empty start.</param>
/// <param name="Destinations">The answer for each authority that somebody has asked for.</param>
internal sealed record MeshSnapshot(long Generation, FrozenDictionary<Authority, Destination> Destinations)
{
    /// <summary>Of a process that is a gateway; empty in others.</summary>
    public GatewayConfiguration Gateway { get; init; } = GatewayConfiguration.Empty;

    /// <summary>Certificates and roots by the names that clusters and gateways give them; those that the control plane has not answered for are missing.</summary>
    public FrozenDictionary<string, DeliveredSecret> Secrets { get; init; } = FrozenDictionary<string, DeliveredSecret>.Empty;

    public static MeshSnapshot Empty { get; } = new(0, FrozenDictionary<Authority, Destination>.Empty);
}
