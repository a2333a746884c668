namespace Mesh.Benchmarks.Load;

/// <summary>The median of the ratios of samples taken side by side, with a 95 % bootstrap interval.</summary>
internal readonly record struct PairedRatio(double Median, double Low, double High)
{
    private const int Resamples = 2000;

    public static PairedRatio Of(IReadOnlyList<double> values, IReadOnlyList<double> baseline)
    {
        var ratios = values.Zip(baseline, (value, plain) => value / plain).ToArray();
        var random = new Random(1);
        var medians = Enumerable.Range(0, Resamples)
            .Select(_ => MedianOf(Enumerable.Range(0, ratios.Length).Select(_ => ratios[random.Next(ratios.Length)])))
            .Order()
            .ToArray();
        return new PairedRatio(MedianOf(ratios), medians[Resamples * 25 / 1000], medians[Resamples * 975 / 1000]);
    }

    public static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
