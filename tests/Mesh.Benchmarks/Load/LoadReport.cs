using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Mesh.Benchmarks.Load;

/// <summary>Tells the figures of a load run, under which conditions they came about, and whether they count.</summary>
internal sealed class LoadReport
{
    public const string Plain = "plain";
    public const string Twin = "plain twin";
    public const string Lean = "plain lean";
    public const string Mesh = "mesh";
    public const string Spread = "plain 100";
    public const string Guarded = "guarded 100";
    public const string Telemetry = "telemetry 100";
    public const string Polly = "polly 100";

    private const double MaxTwinSpread = 0.10;

    private static readonly LoadLimit[] Limits = 
    [
        new(Mesh, Plain, MaxCpuRatio: 1.08, MaxExtraBytes: 500),
        new(Guarded, Spread, MaxCpuRatio: 1.10, MaxExtraBytes: 700),
    ];

    // Fewer same-round pairs than this do not carry a ratio.
    private const int MinRounds = 15;

    private readonly string[] _variants;
    private readonly List<LoadRound> _rounds;
    private readonly List<LoadRound> _used;

    /// <param name="variants">Their names, in the order of the samples.</param>
    /// <param name="rounds">All that were measured.</param>
    public LoadReport(string[] variants, List<LoadRound> rounds)
    {
        _variants = variants;
        _rounds = rounds;
        var clean = rounds.FindAll(round => round.IsClean);
        _used = clean.Count >= MinRounds ? clean : rounds;
    }

    public static void WriteConditions(LoadOptions options, Process server)
    {
        using var client = Process.GetCurrentProcess();
        Print($"HTTP/1.1, 1 KiB, {options.Connections} connections; windows of {options.Window.TotalMilliseconds} ms after {options.WarmUp.TotalSeconds} s warm-up, {options.Rounds} rounds");
        Print($".NET {Environment.Version}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}; GC {(GCSettings.IsServerGC ? "server" : "workstation")}, {GCSettings.LatencyMode}");
        Print($"client {CpuPins.Describe(client)}, server {CpuPins.Describe(server)}; {LoadLauncher.SpinLimit}={Environment.GetEnvironmentVariable(LoadLauncher.SpinLimit) ?? "default"}");
    }

    public static void Write(LoadRound round, int number)
    {
        var foreign = round.ForeignCores is { } cores ? string.Create(CultureInfo.InvariantCulture, $"{cores:0.00}") : "?";
        var samples = string.Join(' ', round.Samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.CpuMicroseconds,7:0.0}")));
        Print($"round {number,3}: foreign load {foreign} core, {(round.IsClean ? "clean" : "dirty")}; CPU us {samples}");
    }

    /// <summary>Writes the table and the verdict: 0 all held, 1 a limit missed, 2 too noisy to say.</summary>
    public int Write(LoadOptions options)
    {
        Print($"{_rounds.Count(round => round.IsClean)} of {_rounds.Count} rounds clean (foreign load at most {LoadRound.MaxForeignCores} core); {_used.Count} used");
        Print($"{"variant",-13} {"requests/s",10} {"CPU us",8} {"x plain",8} {"95 % interval",13} {"IQR",6} {"bytes",7} {"+bytes",7}");
        Array.ForEach(_variants, WriteRow);
        var againstLean = Ratio(Mesh, Lean);
        Print($"mesh against plain lean (no redirects, cookies, proxy; as the mesh connects): x {againstLean.Median:0.000} ({againstLean.Low:0.000}-{againstLean.High:0.000}), {Bytes(Mesh) - Bytes(Lean):+0;-0;0} B");
        var telemetry = Ratio(Telemetry, Guarded);
        Print($"metrics, peer metadata, unsampled traces and load reports against none of them: x {telemetry.Median:0.000} ({telemetry.Low:0.000}-{telemetry.High:0.000}), {Bytes(Telemetry) - Bytes(Guarded):+0;-0;0} B");
        Print($"CPU is client and server together; plain's handler also carries redirects and cookies, which the mesh leaves out (no variant decompresses)");
        return WriteVerdict(options);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private void WriteRow(string variant)
    {
        var ratio = Ratio(variant, Plain);
        var speed = Quantile.Median(Each(variant).Select(sample => sample.RequestsPerSecond));
        var cpu = Quantile.Median(Each(variant).Select(sample => sample.CpuMicroseconds));
        Print($"{variant,-13} {speed,10:0} {cpu,8:0.0} {ratio.Median,8:0.000} {ratio.Low,7:0.000}-{ratio.High:0.000} {ratio.InterquartileRange,6:0.000} {Bytes(variant),7:0} {Bytes(variant) - Bytes(Plain),7:+0;-0;0}");
    }

    private int WriteVerdict(LoadOptions options)
    {
        var twin = Ratio(Twin, Plain);
        var isCentred = twin.Contains(1);
        var isNarrow = twin.InterquartileRange <= MaxTwinSpread;
        var isEnough = _used.Count >= Math.Min(MinRounds, options.Rounds) && _used.TrueForAll(round => round.IsClean);
        var counts = isCentred && isNarrow && isEnough;
        Print($"twin: interval contains 1.00: {YesNo(isCentred)}; IQR {twin.InterquartileRange:0.000} <= {MaxTwinSpread:0.00}: {YesNo(isNarrow)}; enough clean rounds: {YesNo(isEnough)} => {(counts ? "the run counts" : "NOISY, the CPU figures do not count")}");
        var fails = false;
        foreach (var limit in Limits)
        {
            var cpu = Ratio(limit.Variant, limit.Baseline);
            var bytes = Bytes(limit.Variant) - Bytes(limit.Baseline);
            var holds = cpu.Median <= limit.MaxCpuRatio && bytes <= limit.MaxExtraBytes;
            Print($"{limit.Variant} against {limit.Baseline}: CPU x {cpu.Median:0.000} ({cpu.Low:0.000}-{cpu.High:0.000}, limit {limit.MaxCpuRatio:0.00}), bytes {bytes:+0;-0;0} (limit +{limit.MaxExtraBytes}) => {(holds ? "held" : "MISSED")}");

            // Bytes are exact on any machine, so they count in a noisy run too.
            fails |= bytes > limit.MaxExtraBytes || (counts && cpu.Median > limit.MaxCpuRatio);
        }

        var againstPolly = Ratio(Guarded, Polly);
        Print($"{Guarded} against {Polly}: CPU x {againstPolly.Median:0.000} ({againstPolly.Low:0.000}-{againstPolly.High:0.000}), {Bytes(Guarded) - Bytes(Polly):+0;-0;0} B (limit: below) => {(againstPolly.Median < 1 ? "held" : "MISSED")}");
        fails |= counts && againstPolly.Median >= 1;
        return fails ? 1 : counts ? 0 : 2;
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private IEnumerable<LoadSample> Each(string variant)
    {
        var index = Array.IndexOf(_variants, variant);
        return _used.Select(round => round.Samples[index]);
    }

    private double Bytes(string variant) => Quantile.Median(Each(variant).Select(sample => sample.Bytes));

    private PairedRatio Ratio(string variant, string baseline) =>
        PairedRatio.Of(Each(variant).Select(sample => sample.CpuMicroseconds), Each(baseline).Select(sample => sample.CpuMicroseconds));
}
