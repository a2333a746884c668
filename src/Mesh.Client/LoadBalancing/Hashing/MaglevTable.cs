namespace Mesh.Client.LoadBalancing.Hashing;

/// <summary>Maglev's lookup table, filled as Envoy fills it: every endpoint takes its turn at its own permutation of the places, by weight.</summary>
internal sealed class MaglevTable : EndpointPicker
{
    private readonly BalancedEndpoint[] _table;

    /// <param name="endpoints">In any order: they are sorted by their keys, so that all clients agree.</param>
    /// <param name="size">A prime.</param>
    public MaglevTable(WeightedEndpoint[] endpoints, int size)
    {
        var sorted = WeightedEndpoint.Normalize(endpoints);
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.HashKey, right.HashKey));
        _table = new BalancedEndpoint[size];
        Fill(Array.ConvertAll(sorted, endpoint => new MaglevTurn(endpoint, size)), sorted.Max(endpoint => endpoint.Weight));
    }

    public IReadOnlyList<BalancedEndpoint> Places => _table;

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        if (attempt > 0)
        {
            // Most bits change, so that the endpoints of the attempts have little to do with each other (Envoy).
            hash ^= ulong.MaxValue - (ulong)attempt + 1;
        }

        return _table[hash % (ulong)_table.Length];
    }

    private void Fill(MaglevTurn[] turns, double largest)
    {
        var filled = 0;
        for (var round = 1; filled < _table.Length; round++)
        {
            for (var index = 0; index < turns.Length && filled < _table.Length; index++)
            {
                // The heaviest endpoint takes a place in every round, one of half its weight in every other.
                if (turns[index].TakesPart(round, largest))
                {
                    _table[turns[index].NextFree(_table)] = turns[index].Endpoint;
                    filled++;
                }
            }
        }
    }
}
