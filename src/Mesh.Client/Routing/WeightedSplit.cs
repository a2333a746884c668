namespace Mesh.Client.Routing;

/// <summary>Chooses one of several positions so that each gets exactly its share of the weights.</summary>
internal sealed class WeightedSplit
{
    // Immutable. The upper end of each position's share; null when there is nothing to choose.
    private readonly ulong[]? _ends;

    public WeightedSplit(IReadOnlyList<uint> weights)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weights.Count);
        if (weights.Count == 1)
        {
            return;
        }

        _ends = new ulong[weights.Count];
        var end = 0UL;
        for (var position = 0; position < weights.Count; position++)
        {
            _ends[position] = end += weights[position];
        }

        if (end == 0)
        {
            throw new ArgumentException("At least one weight must be above zero.", nameof(weights));
        }
    }

    public int Choose(Random random)
    {
        if (_ends is null)
        {
            return 0;
        }

        // Splits are short: a walk beats a binary search.
        var draw = (ulong)random.NextInt64((long)_ends[^1]);
        var position = 0;
        while (_ends[position] <= draw)
        {
            position++;
        }

        return position;
    }
}
