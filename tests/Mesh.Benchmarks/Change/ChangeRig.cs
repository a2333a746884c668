using System.Diagnostics;
using System.Globalization;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Benchmarks.Change;

/// <summary>Measures how fast a changed file routes a running client, and counts the requests that changes under load make fail.</summary>
/// <remarks>Control plane, client and services share one process, on the real wire between them: their work is part of the time.</remarks>
internal sealed class ChangeRig
{
    private const string RouteFile = "route.yaml";
    private const int HeavyCallers = 16;
    private const int LightCallers = 4;
    private const int RequestsBetween = 2000;
    private const double MaxMedianMilliseconds = 500;
    private static readonly TimeSpan _lightPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _flipPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    private readonly InProcessMesh _mesh;
    private readonly HttpClient _client;
    private readonly ChangeOptions _options;
    private readonly CancellationToken _cancellation;

    // A fixed seed: every run pauses alike.
    private readonly Random _random = new(1);

    private ChangeRig(InProcessMesh mesh, HttpClient client, ChangeOptions options, CancellationToken cancellation)
    {
        _mesh = mesh;
        _client = client;
        _options = options;
        _cancellation = cancellation;
    }

    /// <summary>Writes three lines of figures: 0 all held, 1 a limit missed.</summary>
    public static async Task<int> RunAsync(ChangeOptions options)
    {
        using var limit = new CancellationTokenSource(_limit);
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, limit.Token, LogLevel.Warning);
        mesh.Write(RouteFile, ReviewsResources.RouteTo("v1"));
        await StartServiceAsync(mesh, "v1", limit.Token);
        await StartServiceAsync(mesh, "v2", limit.Token);
        var host = await mesh.StartClientAsync("caller", limit.Token);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync("v1 answers", () => AnswersAsync(client, "v1", limit.Token), cancellationToken: limit.Token);

        Print($".NET {Environment.Version}, {Environment.ProcessorCount} processors, default debounce; control plane, client and services in one process");
        var rig = new ChangeRig(mesh, client, options, limit.Token);
        var holds = await rig.MeasureChangesAsync();
        holds &= await rig.FlipRoutesAsync();
        holds &= await rig.AddAndRemoveEndpointsAsync();
        return holds ? 0 : 1;
    }

    private static Task<InProcessService> StartServiceAsync(InProcessMesh mesh, string version, CancellationToken cancellationToken) =>
        mesh.StartServiceAsync("reviews", version, app => app.MapGet("/", () => version), cancellationToken);

    private static async Task<bool> AnswersAsync(HttpClient client, string version, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri("http://reviews:9080/"), cancellationToken);
        return response.IsSuccessStatusCode && await response.Content.ReadAsStringAsync(cancellationToken) == version;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private async Task<bool> MeasureChangesAsync()
    {
        await using var load = new ChangeLoad(_client, LightCallers, _lightPause);
        await load.OnlyAnswersAsync("v1", _cancellation);
        var times = new List<double>();
        for (var change = 0; change < _options.Changes; change++)
        {
            // A pause of any length, so that changes do not fall into step with timers of the mesh.
            await Task.Delay(_longestPause * _random.NextDouble(), TimeProvider.System, _cancellation);
            var version = change % 2 == 0 ? "v2" : "v1";
            var seen = load.NextAnswerOf(version);
            var written = Stopwatch.GetTimestamp();
            _mesh.Write(RouteFile, ReviewsResources.RouteTo(version));
            times.Add(Stopwatch.GetElapsedTime(written, await seen.WaitAsync(_cancellation)).TotalMilliseconds);
            await load.OnlyAnswersAsync(version, _cancellation);
        }

        var median = Quantile.Median(times);
        Print($"changes: {times.Count}, from the write of the file to the first answer by the new rule: min {times.Min():0} ms, median {median:0} ms, p90 {Quantile.Of(times, 0.9):0} ms, max {times.Max():0} ms (limit: median {MaxMedianMilliseconds} ms); {load.Failures} of {load.Requests} requests failed");
        return median < MaxMedianMilliseconds && HasNoFailure(load);
    }

    private async Task<bool> FlipRoutesAsync()
    {
        await using var load = new ChangeLoad(_client, HeavyCallers, TimeSpan.Zero);
        using var timer = new PeriodicTimer(_flipPeriod);
        var flips = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < _options.FlipTime; flips++)
        {
            await timer.WaitForNextTickAsync(_cancellation);
            _mesh.Write(RouteFile, ReviewsResources.RouteTo(flips % 2 == 0 ? "v1" : "v2"));
        }

        Print($"flips: {flips}, one every {_flipPeriod.TotalMilliseconds} ms under {HeavyCallers} busy callers: {load.Failures} of {load.Requests} requests failed ({load.Describe()})");
        return HasNoFailure(load);
    }

    private async Task<bool> AddAndRemoveEndpointsAsync()
    {
        // Without a route every version is an endpoint of the service.
        _mesh.Delete(RouteFile);
        await using var load = new ChangeLoad(_client, HeavyCallers, TimeSpan.Zero);
        for (var round = 0; round < _options.EndpointRounds; round++)
        {
            var seen = load.NextAnswerOf($"added {round}");
            var added = await StartServiceAsync(_mesh, $"added {round}", _cancellation);
            await seen.WaitAsync(_cancellation);
            await load.GoesOnAsync(RequestsBetween, _cancellation);
            await added.StopAsync(_cancellation);
            await load.GoesOnAsync(RequestsBetween, _cancellation);
        }

        Print($"endpoints: {_options.EndpointRounds} times one added and stopped gracefully under {HeavyCallers} busy callers: {load.Failures} of {load.Requests} requests failed ({load.Describe()})");
        return HasNoFailure(load);
    }

    private static bool HasNoFailure(ChangeLoad load) => load is { Failures: 0, Requests: > 0 };
}
