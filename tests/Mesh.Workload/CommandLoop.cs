using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mesh.Workload;

/// <summary>Does what it is told, one line at a time.</summary>
/// <remarks>
/// <c>load RATE URL</c> calls at a steady rate; <c>stop</c> ends that and answers what came of it; <c>health</c> answers what calls follow; <c>block SECONDS</c> blocks every thread of the pool,
/// <c>hold COUNT</c> so many until <c>release</c>;
/// <c>measure</c> answers what the process holds.
/// </remarks>
internal sealed class CommandLoop(HttpClient client, Uri metrics, HealthCheckService health, AnswerWriter output)
{
    private SteadyLoad? _load;

    public async Task RunAsync(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["load", var rate, var url]:
                    _load = new SteadyLoad(client, new Uri(url), int.Parse(rate, CultureInfo.InvariantCulture));
                    output.Write(new { kind = "loading" });
                    break;
                case ["count"]:
                    output.Write(Describe("count"));
                    break;
                case ["stop"]:
                    await StopAsync();
                    output.Write(Describe("load"));
                    break;
                case ["health"]:
                    await WriteHealthAsync();
                    break;
                case ["block", var seconds]:
                    PoolBlockade.Begin(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
                    output.Write(new { kind = "blocking" });
                    break;
                case ["hold", var count]:
                    PoolBlockade.Hold(int.Parse(count, CultureInfo.InvariantCulture));
                    output.Write(new { kind = "blocking" });
                    break;
                case ["release"]:
                    PoolBlockade.Release();
                    output.Write(new { kind = "released" });
                    break;
                case ["measure"]:
                    output.Write(await Measurement.TakeAsync(metrics));
                    break;
                default:
                    output.Write(new { kind = "error", text = $"unknown command '{line}'" });
                    break;
            }
        }
    }

    public Task StopAsync() => _load?.StopAsync() ?? Task.CompletedTask;

    private object Describe(string kind) => new
    {
        kind,
        calls = _load?.Calls ?? 0,
        failed = _load?.Failed ?? 0,
        slowestMs = _load?.Slowest.TotalMilliseconds ?? 0,
        failures = _load?.Failures ?? [],
        answers = _load?.Answers,
        blocked = PoolBlockade.Blocked,
    };

    private async Task WriteHealthAsync()
    {
        var entry = (await health.CheckHealthAsync()).Entries["mesh"];
        output.Write(new { kind = "health", status = entry.Status.ToString(), mode = entry.Data["mode"].ToString(), text = entry.Description, pool = entry.Data.GetValueOrDefault("threadPool")?.ToString(), added = entry.Data.GetValueOrDefault("addedThreads") });
    }
}
