using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>The latest changes in the order of their versions; grows up to its capacity, then the oldest makes room.</summary>
internal sealed class ChangeRing(int capacity)
{
    private const int FirstSize = 16;

    private readonly int _capacity = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "At least one change is kept.");
    private ResourceChange[] _items = [];
    private int _start;
    private int _count;

    /// <returns>The change that is no longer kept, or null.</returns>
    public ResourceChange? Add(ResourceChange change)
    {
        ResourceChange? dropped = null;
        if (_count == _capacity)
        {
            dropped = _items[_start];
            _start = (_start + 1) % _items.Length;
            _count--;
        }
        else if (_count == _items.Length)
        {
            Grow();
        }

        _items[(_start + _count) % _items.Length] = change;
        _count++;
        return dropped;
    }

    /// <summary>The changes after a version.</summary>
    public ImmutableArray<ResourceChange> After(long version)
    {
        var first = FirstAfter(version);
        if (first == _count)
        {
            return [];
        }

        var changes = ImmutableArray.CreateBuilder<ResourceChange>(_count - first);
        for (var index = first; index < _count; index++)
        {
            changes.Add(At(index));
        }

        return changes.MoveToImmutable();
    }

    public void Clear() => (_items, _start, _count) = ([], 0, 0);

    private ResourceChange At(int index) => _items[(_start + index) % _items.Length];

    // Versions may have holes, so that the place cannot be calculated; most who ask lack the newest one or two.
    private int FirstAfter(long version)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = At(middle).Version > version ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Grow()
    {
        var items = new ResourceChange[Math.Min(Math.Max(FirstSize, _items.Length * 2), _capacity)];
        for (var index = 0; index < _count; index++)
        {
            items[index] = At(index);
        }

        (_items, _start) = (items, 0);
    }
}
