using System.Globalization;

namespace Mesh.Client.LoadBalancing.Hashing;

/// <summary>Ketama's ring as Envoy and gRPC build it (gRFC A42): each endpoint lies on it in proportion to its weight, and a hash belongs to the next position.</summary>
internal sealed class HashRing : EndpointPicker
{
    // Sorted; the endpoint of a position is at the same index of _owners.
    private readonly ulong[] _positions;
    private readonly BalancedEndpoint[] _owners;
    private readonly bool _isInPanic;

    /// <param name="endpoints">In the order of the configuration, which decides who gets the odd position.</param>
    /// <param name="minimumSize">Positions to have at least.</param>
    /// <param name="maximumSize">Positions to have at most; wins over the minimum.</param>
    /// <param name="isInPanic">Whether endpoints that are not available serve all the same.</param>
    public HashRing(WeightedEndpoint[] endpoints, ulong minimumSize, ulong maximumSize, bool isInPanic = false)
    {
        _isInPanic = isInPanic;
        var normal = WeightedEndpoint.Normalize(endpoints);
        var smallest = normal.Min(endpoint => endpoint.Weight);

        // The lightest endpoint gets a whole number of positions, so that equal weights give equal numbers.
        var scale = Math.Min(Math.Ceiling(smallest * minimumSize) / smallest, maximumSize);
        var positions = new List<ulong>((int)Math.Ceiling(scale));
        var owners = new List<BalancedEndpoint>(positions.Capacity);
        var target = 0d;
        foreach (var endpoint in normal)
        {
            // A running sum: rounding never adds up over the endpoints.
            target += scale * endpoint.Weight;
            for (var copy = 0; positions.Count < target; copy++)
            {
                positions.Add(XxHash64.Hash(string.Create(CultureInfo.InvariantCulture, $"{endpoint.HashKey}_{copy}")));
                owners.Add(endpoint.Endpoint);
            }
        }

        _positions = [.. positions];
        _owners = [.. owners];
        Array.Sort(_positions, _owners);
    }

    /// <summary>The positions in order, with their endpoints.</summary>
    public IEnumerable<(ulong Position, BalancedEndpoint Endpoint)> Positions => _positions.Zip(_owners);

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        var found = Array.BinarySearch(_positions, hash);

        // Behind the last position the ring begins anew. A further attempt goes on from there, as if the endpoints before were not on the ring (Envoy).
        var length = (uint)_owners.Length;
        var index = ((uint)(found < 0 ? ~found : found) + (uint)attempt) % length;
        var owner = _owners[index];
        for (var passed = 1u; !_isInPanic && !owner.IsAvailable && passed < length; passed++)
        {
            owner = _owners[(index + passed) % length];
        }

        return owner;
    }
}
