using System.Globalization;
using Mesh.Benchmarks.Load;

namespace Mesh.Benchmarks.MutualTls;

/// <summary>Tells the figures of a run with mutual TLS: CPU of client and server together, as ratios of samples taken side by side.</summary>
internal static class MutualTlsReport
{
    public const string Plain = "plain";
    public const string Twin = "plain twin";
    public const string Mesh = "mesh-mtls";
    public const string WithoutResumption = "mtls full h1";

    private static readonly string[] Baselines = [Plain, OverTls(new Version(1, 1)), OverTls(new Version(2, 0)), WithoutResumption];

    public static string OverTls(Version version) => $"mtls-plain h{version.Major}";

    public static void Write(string[] variants, List<LoadRound> rounds)
    {
        var clean = rounds.FindAll(round => round.IsClean);
        Print($"{clean.Count} of {rounds.Count} rounds clean");
        Print($"{"variant",-14} {"requests/s",10} {"CPU us",8} {"bytes",7}  against {string.Join("  ", Baselines.Select(name => $"{name,-22}"))}");
        foreach (var variant in variants)
        {
            var samples = Of(variant);
            var ratios = Baselines.Select(baseline => Ratio(variant, baseline)).Select(Text);
            Print($"{variant,-14} {Median(samples, sample => sample.RequestsPerSecond),10:0} {Median(samples, sample => sample.CpuMicroseconds),8:0.0} {Median(samples, sample => sample.Bytes),7:0}          {string.Join("  ", ratios)}");
        }

        IEnumerable<LoadSample> Of(string variant)
        {
            var index = Array.IndexOf(variants, variant);
            return (clean.Count > 0 ? clean : rounds).Select(round => round.Samples[index]);
        }

        PairedRatio Ratio(string variant, string baseline) =>
            PairedRatio.Of(Of(variant).Select(sample => sample.CpuMicroseconds), Of(baseline).Select(sample => sample.CpuMicroseconds));
    }

    private static string Text(PairedRatio ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.000} ({ratio.Low:0.000}-{ratio.High:0.000})  ");

    private static double Median(IEnumerable<LoadSample> samples, Func<LoadSample, double> value) => Quantile.Median(samples.Select(value));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
