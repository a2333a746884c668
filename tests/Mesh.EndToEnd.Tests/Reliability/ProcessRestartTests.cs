using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Reliability.Processes;
using Mesh.Testing.Connections;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Real processes that are stopped, killed and starved while others call them (fault matrix F01, F05, B01).</summary>
/// <remarks><c>MESH_RESTART_RATE</c>, <c>MESH_OUTAGE_SECONDS</c>, <c>MESH_OUTAGE_RATE</c> and <c>MESH_STARVATION_SECONDS</c> make them harder.</remarks>
public sealed class ProcessRestartTests : IDisposable
{
    private const string Resources = ReviewsResources.Service + """

        ---
        apiVersion: v1
        kind: Service
        metadata: {name: front}
        spec:
          selector: {app: front}
          ports: [{port: 9080, name: http}]
        """;

    /// <summary>Istio's default repeats what was not sent; what was on its way when a process died is for the operator to repeat.</summary>
    private const string RepeatedAfterReset = """

        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match: [{uri: {prefix: /repeated}}]
            route: [{destination: {host: reviews}}]
            retries: {attempts: 3, retryOn: "connect-failure,refused-stream,reset,503"}
          - route: [{destination: {host: reviews}}]
        """;

    private static readonly TimeSpan Convergence = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mesh-processes-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Delete(recursive: true);

    /// <summary>As Kubernetes rolls a Deployment: the next one is started, then an old one is sent SIGTERM. In the end one dies by SIGKILL: what it had in work and may be repeated is repeated.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F01_F02_SigtermOfRealProcessesInARollingRestartAndSigkillOfOne_NoRequestFails()
    {
        Signals.Require();
        await using var plane = await ControlPlaneProcess.StartAsync(Resources + RepeatedAfterReset, null, Cancellation);
        var old = new Queue<WorkloadProcess>();
        try
        {
            foreach (var started in await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(plane, "reviews", 0))))
            {
                old.Enqueue(started);
            }

            await using var caller = await StartAsync(plane, "caller", 0);
            await caller.LoadWhenAnsweredAsync(Number("MESH_RESTART_RATE", 200), "http://reviews:9080/", Cancellation);
            for (var instance = 0; instance < 3; instance++)
            {
                old.Enqueue(await StartAsync(plane, "reviews", 0));
                await caller.CallsMoreAsync(200, Cancellation);
                await old.Dequeue().TerminateAsync(Cancellation);
            }

            await caller.CallsMoreAsync(200, Cancellation);
            var result = await caller.StopLoadAsync(Cancellation);
            Report("rolling restart", result);
            Assert.True((int)result["failed"]! == 0, $"{result}");
            Assert.Equal(6, result["answers"]!.AsObject().Count);

            await caller.LoadWhenAnsweredAsync(Number("MESH_RESTART_RATE", 200), "http://reviews:9080/repeated", Cancellation);
            await caller.CallsMoreAsync(200, Cancellation);
            await old.Dequeue().KillAsync();
            await caller.CallsMoreAsync(200, Cancellation);
            result = await caller.StopLoadAsync(Cancellation);
            Report("kill", result);
            Assert.True((int)result["failed"]! == 0, $"{result}");
        }
        finally
        {
            foreach (var process in old)
            {
                await process.DisposeAsync();
            }
        }
    }

    /// <summary>The control plane is killed and stays away; meanwhile every process is restarted where it was, as a supervisor does.</summary>
    [Fact(Timeout = 1_200_000)]
    public async Task B01_B02_ControlPlaneKilledAndEveryServiceRestarted_NoRequestFailsAndAllConverge()
    {
        Signals.Require();
        var outage = TimeSpan.FromSeconds(Number("MESH_OUTAGE_SECONDS", 15));
        await using var plane = await ControlPlaneProcess.StartAsync(Resources, null, Cancellation);
        string[] services = ["reviews", "reviews", "front", "front"];
        var ports = services.Select(static _ => new ReservedPort()).ToArray();
        var running = new List<(string Service, WorkloadProcess Process)>();
        try
        {
            var started = await Task.WhenAll(services.Select((service, place) => StartAsync(plane, service, ports[place].Number, SnapshotAt(place))));
            running.AddRange(services.Zip(started));

            await using var caller = await StartAsync(plane, "caller", 0);
            await caller.LoadWhenAnsweredAsync(Number("MESH_OUTAGE_RATE", 100), "http://front:9080/", Cancellation);
            await caller.CallsMoreAsync(500, Cancellation);

            // Snapshots are written every second.
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Cancellation);
            await plane.KillAsync();
            var watch = Stopwatch.StartNew();
            await caller.ReachesModeAsync("last_known_good", null, Cancellation);
            await Task.Delay(outage / 3, TimeProvider.System, Cancellation);
            for (var place = 0; place < running.Count; place++)
            {
                var (service, process) = running[place];
                await process.TerminateAsync(Cancellation);
                running[place] = (service, await StartAsync(plane, service, ports[place].Number, SnapshotAt(place)));
                await caller.CallsMoreAsync(100, Cancellation);
            }

            if (outage - watch.Elapsed is { Ticks: > 0 } left)
            {
                await Task.Delay(left, TimeProvider.System, Cancellation);
            }

            var away = watch.Elapsed;
            await plane.StartAsync(Cancellation);
            watch.Restart();
            var modes = running.Select(place => place.Process).Append(caller).Select(process => process.ReachesModeAsync("live", TimeSpan.FromSeconds(60), Cancellation));
            await Task.WhenAll(modes);
            var converged = watch.Elapsed;
            await caller.CallsMoreAsync(200, Cancellation);
            var result = await caller.StopLoadAsync(Cancellation);
            Report($"outage of {away.TotalSeconds:0} s, converged {converged.TotalSeconds:0.0} s after the control plane answered", result);
            Assert.True((int)result["failed"]! == 0, $"{result}");
            Assert.True(converged < Convergence, $"All were live again after {converged.TotalSeconds:0.0} s.");
        }
        finally
        {
            foreach (var (_, process) in running)
            {
                await process.DisposeAsync();
            }

            foreach (var port in ports)
            {
                port.Dispose();
            }
        }
    }

    /// <summary>What the mesh needs in the background survives an application that blocks every thread of the pool: the process is as well afterwards as before, and has put nobody out for its own slowness.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F05_EveryPoolThreadOfAProcessIsBlocked_ItsStreamLivesOnAndNobodyIsPutOut()
    {
        Signals.Require();
        var starvation = TimeSpan.FromSeconds(Number("MESH_STARVATION_SECONDS", 5));
        await using var plane = await ControlPlaneProcess.StartAsync(Resources, null, Cancellation);
        var started = await Task.WhenAll(StartAsync(plane, "reviews", 0), StartAsync(plane, "reviews", 0), StartAsync(plane, "caller", 0));
        await using var first = started[0];
        await using var second = started[1];
        await using var caller = started[2];
        await caller.LoadWhenAnsweredAsync(50, "http://reviews:9080/", Cancellation);
        await caller.CallsMoreAsync(100, Cancellation);
        var stream = await StreamOfAsync(plane, "caller");

        await caller.BlockAsync(starvation, Cancellation);
        plane.Write("more.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {selector: {app: other}, ports: [{port: 80, name: http}]}");
        await Task.Delay(starvation, TimeProvider.System, Cancellation);

        await caller.ReachesModeAsync("live", null, Cancellation);
        await caller.StopLoadAsync(Cancellation);
        await caller.LoadWhenAnsweredAsync(50, "http://reviews:9080/", Cancellation);
        await caller.CallsMoreAsync(100, Cancellation);
        var result = await caller.StopLoadAsync(Cancellation);
        Report($"after {starvation.TotalSeconds:0} s without a thread", result);
        Assert.True((int)result["failed"]! == 0, $"{result}");
        Assert.Equal(2, result["answers"]!.AsObject().Count);
        Assert.Equal(stream, await StreamOfAsync(plane, "caller"));
    }

    /// <summary>The number that the control plane gave the discovery stream of a service.</summary>
    private static async Task<string> StreamOfAsync(ControlPlaneProcess plane, string service)
    {
        using var client = new HttpClient();
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri(plane.Http, "/api/v1/clients"), Cancellation))!;
        return $"{list["items"]!.AsArray().Single(item => $"{item!["id"]}".Contains(service, StringComparison.Ordinal))!["stream"]}";
    }

    private string SnapshotAt(int place) => $"Mesh:Fallback:Snapshot:Path={_state.CreateSubdirectory($"{place}").FullName}";

    private static Task<WorkloadProcess> StartAsync(ControlPlaneProcess plane, string service, int port, params string[] settings) => WorkloadProcess.StartAsync(
        service, plane.Xds, port, null, Cancellation, [.. service == "front" ? ["Call=http://reviews:9080/"] : Array.Empty<string>(), "Mesh:Fallback:Snapshot:Interval=00:00:01", .. settings]);

    private static void Report(string what, JsonNode result) =>
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{what}: {result["calls"]} calls, {result["failed"]} failed, slowest {(double)result["slowestMs"]!:0} ms"));

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
