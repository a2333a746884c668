namespace Mesh.ControlPlane.Graph;

/// <summary>Traffic by time slots of one length, the oldest overwritten by the newest.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SlotRing
{
    private readonly Slot[] _slots;
    private readonly long _length;
    private readonly int _edgesPerSlot;
    private readonly int _maxRecords;

    public SlotRing(TimeSpan length, TimeSpan history, GraphLimits limits)
    {
        _length = length.Ticks;
        _slots = new Slot[(history.Ticks / _length) + 2];
        Array.Fill(_slots, new Slot(-1, []));
        (_edgesPerSlot, _maxRecords) = (limits.EdgesPerSlot, limits.Records);
    }

    public TimeSpan Resolution => TimeSpan.FromTicks(_length);

    /// <summary>Edges in all slots together.</summary>
    public int Records { get; private set; }

    /// <summary>Slots that were given up for room before their time.</summary>
    public long Forgotten { get; private set; }

    /// <summary>The start of the slot that a moment is in.</summary>
    public DateTimeOffset Floor(DateTimeOffset moment) => new(moment.UtcTicks / _length * _length, TimeSpan.Zero);

    /// <summary>Takes in what went over an edge between two moments; false when there is no room for the edge.</summary>
    public bool Add(GraphEdge edge, EdgeTraffic traffic, DateTimeOffset from, DateTimeOffset to)
    {
        var span = Math.Max(1, to.UtcTicks - from.UtcTicks);
        var added = true;
        for (var start = Floor(from).UtcTicks; start < from.UtcTicks + span; start += _length)
        {
            var begin = Math.Max(0, start - from.UtcTicks) / (double)span;
            var end = Math.Min(span, start + _length - from.UtcTicks) / (double)span;
            added &= SlotAt(start) is not { } slot || Add(slot, edge, traffic, begin, end);
        }

        return added;
    }

    /// <summary>Every edge of the slots that begin in a time, one slot after the other.</summary>
    public IEnumerable<KeyValuePair<GraphEdge, EdgeTraffic>> Read(DateTimeOffset from, DateTimeOffset to) =>
        _slots.Where(slot => slot.Start >= from.UtcTicks && slot.Start < to.UtcTicks).SelectMany(slot => slot.Edges);

    private bool Add(Slot slot, GraphEdge edge, EdgeTraffic traffic, double begin, double end)
    {
        if (!slot.Edges.TryGetValue(edge, out var sum))
        {
            if (slot.Edges.Count >= _edgesPerSlot)
            {
                return false;
            }

            MakeRoom(slot);
            slot.Edges[edge] = sum = new EdgeTraffic();
            Records++;
        }

        sum.Add(traffic, begin, end);
        return true;
    }

    /// <summary>Null for a time that the ring has gone past.</summary>
    private Slot? SlotAt(long start)
    {
        var index = (int)(start / _length % _slots.Length);
        var slot = _slots[index];
        if (slot.Start > start)
        {
            return null;
        }

        if (slot.Start < start)
        {
            Records -= slot.Edges.Count;
            _slots[index] = slot = new Slot(start, new Dictionary<GraphEdge, EdgeTraffic>());
        }

        return slot;
    }

    private void MakeRoom(Slot current)
    {
        while (Records >= _maxRecords)
        {
            var oldest = _slots.Where(slot => slot.Edges.Count > 0 && slot.Start != current.Start).MinBy(slot => slot.Start);
            if (oldest is null)
            {
                return;
            }

            Records -= oldest.Edges.Count;
            oldest.Edges.Clear();
            Forgotten++;
        }
    }

    private sealed record Slot(long Start, Dictionary<GraphEdge, EdgeTraffic> Edges);
}
