namespace Mesh.Benchmarks.Load;

/// <summary>The median of the ratios of samples taken side by side, with its 95 % bootstrap interval and the spread of the ratios themselves.</summary>
internal readonly record struct PairedRatio(double Median, double Low, double High, double InterquartileRange)
{
    private const int Resamples = 2000;

    public static PairedRatio Of(IEnumerable<double> values, IEnumerable<double> baseline)
    {
        var ratios = values.Zip(baseline, static (value, plain) => value / plain).ToArray();
        // A fixed seed: the same samples always give the same interval.
        var random = new Random(1);
        var medians = Enumerable.Range(0, Resamples)
            .Select(_ => Quantile.Median(Enumerable.Range(0, ratios.Length).Select(_ => ratios[random.Next(ratios.Length)])))
            .ToArray();
        return new PairedRatio(
            Quantile.Median(ratios),
            Quantile.Of(medians, 0.025),
            Quantile.Of(medians, 0.975),
            Quantile.Of(ratios, 0.75) - Quantile.Of(ratios, 0.25));
    }

    public bool Contains(double value) => Low <= value && value <= High;
}
