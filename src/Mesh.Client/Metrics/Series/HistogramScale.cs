using System.Collections.Immutable;

namespace Mesh.Client.Metrics.Series;

/// <summary>The buckets of a histogram, and how what is measured becomes what is exported.</summary>
internal sealed class HistogramScale
{
    /// <summary>Envoy's, which Istio keeps for all three of its histograms.</summary>
    private static readonly ImmutableArray<double> EnvoyBounds =
        [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000];

    private readonly long[] _raw;

    private HistogramScale(double perUnit)
    {
        PerUnit = perUnit;
        Bounds = EnvoyBounds;

        // A value belongs to the first bucket whose bound it does not exceed; raw values are whole.
        _raw = [.. Bounds.Select(bound => (long)Math.Floor(bound * perUnit))];
    }

    /// <summary>Ticks of <see cref="TimeSpan"/>, told in milliseconds.</summary>
    public static HistogramScale Milliseconds { get; } = new(TimeSpan.TicksPerMillisecond);

    public static HistogramScale Bytes { get; } = new(1);

    /// <summary>Raw units in one that is exported.</summary>
    public double PerUnit { get; }

    /// <summary>Upper bounds, in the unit that is exported.</summary>
    public ImmutableArray<double> Bounds { get; }

    public int BucketOf(long value)
    {
        var index = 0;
        while (index < _raw.Length && value > _raw[index])
        {
            index++;
        }

        return index;
    }
}
