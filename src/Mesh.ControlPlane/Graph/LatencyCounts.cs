using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Graph;

/// <summary>How many requests took how long: the buckets that are not empty, as most are.</summary>
internal sealed class LatencyCounts
{
    private const int Growth = 4;

    // Sorted by bucket.
    private Cell[] _cells = [];
    private int _count;

    public long Total { get; private set; }

    /// <summary>The buckets that are not empty, with their requests.</summary>
    public IEnumerable<KeyValuePair<int, long>> Cells => _cells.Take(_count).Select(static cell => KeyValuePair.Create(cell.Bucket, cell.Requests));

    public void Add(int bucket, long requests)
    {
        if (requests <= 0)
        {
            return;
        }

        var place = Find(bucket);
        if (place == _count || _cells[place].Bucket != bucket)
        {
            if (_count == _cells.Length)
            {
                Array.Resize(ref _cells, _count + Growth);
            }

            Array.Copy(_cells, place, _cells, place + 1, _count - place);
            _cells[place] = new Cell(bucket, 0);
            _count++;
        }

        _cells[place] = _cells[place] with { Requests = _cells[place].Requests + requests };
        Total += requests;
    }

    /// <param name="other">What is added.</param>
    /// <param name="from">Where the part that is added begins; 0 for all of it.</param>
    /// <param name="to">Where it ends; 1 for all of it.</param>
    public void Add(LatencyCounts other, double from, double to)
    {
        foreach (var (bucket, requests) in other._cells.AsSpan(0, other._count))
        {
            Add(bucket, Share.Of(requests, from, to));
        }
    }

    /// <summary>The time within which a part of the requests ended, in milliseconds; null when there were none.</summary>
    public double? Quantile(double part)
    {
        if (Total == 0)
        {
            return null;
        }

        var rank = part * Total;
        var below = 0L;
        foreach (var (bucket, requests) in _cells.AsSpan(0, _count))
        {
            if (below + requests >= rank)
            {
                var (low, high) = (LatencyBuckets.LowerBound(bucket), LatencyBuckets.UpperBound(bucket));
                return (low + ((high - low) * (rank - below) / requests)) / 1000;
            }

            below += requests;
        }

        return LatencyBuckets.UpperBound(_cells[_count - 1].Bucket) / 1000.0;
    }

    private int Find(int bucket)
    {
        var place = 0;
        while (place < _count && _cells[place].Bucket < bucket)
        {
            place++;
        }

        return place;
    }

    private readonly record struct Cell(int Bucket, long Requests);
}
