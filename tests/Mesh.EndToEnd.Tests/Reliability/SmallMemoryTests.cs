using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Reliability.Processes;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Processes with a heap that never gets larger, and peers that fill what they can (fault matrix F07). <c>MESH_MEMORY_FACTOR</c> makes them as many times more, <c>MESH_MEMORY_HEAP</c> sets the heap in MiB, <c>MESH_MEMORY_SERIES</c> the series.</summary>
public sealed class SmallMemoryTests : IDisposable
{
    private const string Resources = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          selector: {app: reviews}
          ports: [{port: 9080, name: http}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: sink}
        spec:
          selector: {app: sink}
          ports: [{port: 9080, name: http}]
        ---
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: {name: logs, namespace: istio-system}
        spec:
          accessLogging: [{providers: [{name: pipe}]}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: sink}
        spec:
          hosts: [sink]
          http:
          - route: [{destination: {host: sink}}]
            retries: {attempts: 3, retryOn: "reset,connect-failure,5xx"}
        """;

    /// <summary>For what is kept on purpose: 2,000 series of each metric, the callers behind them, entries of logs that wait.</summary>
    private const long Kept = 64L * 1024 * 1024;

    private const long Noise = 12L * 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-memory-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int Factor => Number("MESH_MEMORY_FACTOR", 1);

    private static int Heap => Number("MESH_MEMORY_HEAP", 96);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Different labels of everything, answers and bodies that nobody reads, hosts that do not exist, taps, and access logs that cannot be written: the process answers well-behaved callers all the time.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F07_WorkloadWithASmallHeap_LivesThroughWhatItsPeersSend()
    {
        Signals.Require();
        var pipe = await PipeAsync();
        await using var plane = await ControlPlaneProcess.StartAsync(Resources + Mesh(pipe), null, Cancellation);
        var started = await Task.WhenAll(
            WorkloadProcess.StartAsync(
                ProgramBuild.Workload.WithHeapOf(Heap), "reviews", plane.Xds, 0, null, Cancellation,
                $"Mesh:AccessLogs:Directory={_folder.FullName}", "Mesh:Outbound:TrafficPolicy=RegistryOnly", "Mesh:Outbound:DiscoveryTimeout=00:00:00.2",
                $"Mesh:Telemetry:MaxSeries={Number("MESH_MEMORY_SERIES", 500)}"),
            WorkloadProcess.StartAsync("sink", plane.Xds, 0, null, Cancellation, "Mesh:AccessLogs:Enabled=false"),
            WorkloadProcess.StartAsync("caller", plane.Xds, 0, null, Cancellation, "Mesh:AccessLogs:Enabled=false"));
        await using var victim = started[0];
        await using var sink = started[1];
        await using var caller = started[2];
        await caller.LoadWhenAnsweredAsync(50, "http://reviews:9080/", Cancellation);
        await RelaysAsync(victim);
        var before = await victim.MeasureAsync(Cancellation);
        using var taps = await TapAsync(plane, "reviews", 5);
        var watch = Stopwatch.StartNew();

        // The first wave fills what keeps its content, such as series; the second one finds it full.
        await FloodAsync(victim, caller, pipe, wave: 1);
        var first = await ReleasedAsync(victim, (long)before["heap"]! + (Kept * Factor));
        await FloodAsync(victim, caller, pipe, wave: 2);
        var second = await ReleasedAsync(victim, (long)first["heap"]! + (Noise * Factor));

        var took = watch.Elapsed;
        var result = await caller.StopLoadAsync(Cancellation);
        Report("workload", took, before, first, second, result);
        Assert.False(victim.HasExited, victim.Describe());
        Assert.True((int)result["failed"]! == 0, $"{result}");
    }

    /// <summary>Names that nobody has, on many streams that read nothing but the first answer: what is too much together is refused, and what a stream has taken is there again when it has ended.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F07_ControlPlaneWithASmallHeap_LivesThroughWhatClientsSubscribeTo()
    {
        await using var plane = await ControlPlaneProcess.StartAsync(ProgramBuild.ControlPlane.WithHeapOf(Heap), Resources, null, Cancellation);
        for (var wave = 1; wave <= 2; wave++)
        {
            await using var hostile = new HostileSubscribers(plane.Xds);
            await hostile.SubscribeAsync(60 * Factor, 4_000, Cancellation);
            TestContext.Current.SendDiagnosticMessage($"small memory, control plane of {Heap} MiB: {hostile.Served} streams of {60 * Factor} served, {hostile.Refused} refused");
            Assert.Equal(60 * Factor, hostile.Served + hostile.Refused);
            Assert.InRange(hostile.Served, 5, 40);

            await using var good = new HostileSubscribers(plane.Xds);
            await good.SubscribeAsync(1, 1, Cancellation);
            Assert.Equal(1, good.Served);
        }

        Assert.False(plane.HasExited, plane.Describe());
    }

    /// <summary>It knows where bodies are to be sent on to.</summary>
    private static async Task RelaysAsync(WorkloadProcess victim)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { { "x-target", "http://sink:9080/" } } };
        var seen = "";
        await Eventually.ReachesAsync(
            "bodies can be sent on",
            async () =>
            {
                using var response = await client.GetAsync(new Uri(victim.Address, "/relay"), Cancellation);
                return (seen = await response.Content.ReadAsStringAsync(Cancellation)).StartsWith("sink", StringComparison.Ordinal);
            },
            () => seen,
            TimeSpan.FromSeconds(60),
            Cancellation);
    }

    private static async Task FloodAsync(WorkloadProcess victim, WorkloadProcess caller, string pipe, int wave)
    {
        // The other end of the pipe is open and not read: its writer stands still when the pipe is full.
        await using var unread = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        using var peer = new HostilePeer(victim.Address, wave);
        await peer.AskWithoutReadingAsync(50 * Factor, Cancellation);
        await peer.RelayAsync(60 * Factor, 60 * 1024, new Uri("http://sink:9080/hold"), Cancellation);
        await peer.RelayAsync(5 * Factor, 1024 * 1024, new Uri("http://sink:9080/hold"), Cancellation);
        await peer.SendDifferentAsync(8, 250 * Factor, Cancellation);
        await peer.CallNobodyAsync(20, 10 * Factor, Cancellation);
        await caller.CallsMoreAsync(20, Cancellation);
    }

    /// <summary>What it holds when its peers are gone; fails when that stays more than so many bytes.</summary>
    private static async Task<JsonNode> ReleasedAsync(WorkloadProcess victim, long most)
    {
        JsonNode held = new JsonObject();
        await Eventually.ReachesAsync(
            $"its heap is below {most >> 20} MiB again", async () => (long)(held = await victim.MeasureAsync(Cancellation))["heap"]! < most, () => $"{held}", TimeSpan.FromSeconds(60), Cancellation);
        return held;
    }

    /// <summary>A named pipe that log lines go to.</summary>
    private async Task<string> PipeAsync()
    {
        var path = Path.Combine(_folder.FullName, "access.log");
        using var made = Process.Start("mkfifo", [path]);
        await made.WaitForExitAsync(Cancellation);
        return path;
    }

    private static string Mesh(string log) => $$"""

        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: |
            extensionProviders:
            - name: pipe
              envoyFileAccessLog: {path: {{log}} }
        """;

    /// <summary>Looks at every request, and reads nothing of what it is told.</summary>
    private static async Task<HttpClient> TapAsync(ControlPlaneProcess plane, string service, int count)
    {
        var client = new HttpClient { BaseAddress = plane.Http };
        for (var tap = 0; tap < count; tap++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/taps?target=svc/{service}&maxRps=1000");
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.True(response.IsSuccessStatusCode, $"{response}");
        }

        return client;
    }

    private static void Report(string what, TimeSpan took, JsonNode before, JsonNode first, JsonNode second, JsonNode calls) => TestContext.Current.SendDiagnosticMessage(string.Create(
        CultureInfo.InvariantCulture,
        $"small memory, {what} of {Heap} MiB: {took.TotalSeconds:0.0} s, heap {Mebibytes(before)} before, {Mebibytes(first)} after the first wave and {Mebibytes(second)} after the second, {second["series"]} lines of metrics, {calls["calls"]} calls, {calls["failed"]} failed, slowest {(double)calls["slowestMs"]!:0} ms"));

    private static string Mebibytes(JsonNode measured) => string.Create(CultureInfo.InvariantCulture, $"{(long)measured["heap"]! / 1048576.0:0.0} MiB");

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
