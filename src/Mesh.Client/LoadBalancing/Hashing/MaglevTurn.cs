namespace Mesh.Client.LoadBalancing.Hashing;

/// <summary>How far one endpoint has come while a Maglev table is filled.</summary>
internal sealed class MaglevTurn(WeightedEndpoint endpoint, int size)
{
    private readonly ulong _offset = XxHash64.Hash(endpoint.HashKey) % (ulong)size;
    private readonly ulong _skip = XxHash64.Hash(endpoint.HashKey, seed: 1) % (ulong)(size - 1) + 1;
    private ulong _next;
    private double _target;

    public BalancedEndpoint Endpoint => endpoint.Endpoint;

    public bool TakesPart(int round, double largestWeight)
    {
        if (round * endpoint.Weight < _target)
        {
            return false;
        }

        _target += largestWeight;
        return true;
    }

    /// <summary>The next place of its permutation that nobody has.</summary>
    public ulong NextFree(BalancedEndpoint?[] table)
    {
        while (true)
        {
            var place = (_offset + _skip * _next++) % (ulong)size;
            if (table[place] is null)
            {
                return place;
            }
        }
    }
}
