using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Reliability.Processes;
using Mesh.Testing;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Real processes that have no threads left, or stand still for a while (fault matrix F05, F06, F10).</summary>
public sealed class SlowProcessTests
{
    private const int Blocked = 100;

    private const string Resources = ReviewsResources.Service + """

        ---
        apiVersion: v1
        kind: Service
        metadata: {name: spare}
        spec:
          selector: {app: spare}
          ports: [{port: 9080, name: http}]
        """;

    private const string ToSpare = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http: [{route: [{destination: {host: spare}}]}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>More blocking work than the pool would have threads for within a minute: the mesh notices, and what the control plane says meanwhile is in force while the work still blocks.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F05_PoolThreadsAreBlocked_AChangeOfTheConfigurationIsAppliedMeanwhile()
    {
        Signals.Require();
        await using var plane = await ControlPlaneProcess.StartAsync(Resources, null, Cancellation);
        var started = await Task.WhenAll(StartAsync(plane, "reviews"), StartAsync(plane, "spare"), StartAsync(plane, "caller"));
        await using var reviews = started[0];
        await using var spare = started[1];
        await using var caller = started[2];
        await caller.LoadWhenAnsweredAsync(20, "http://reviews:9080/", Cancellation);

        await caller.HoldAsync(Blocked, Cancellation);
        plane.Write("route.yaml", ToSpare);

        JsonNode seen = new JsonObject();
        await Eventually.ReachesAsync(
            "calls go to the other service",
            async () => (seen = await caller.CountAsync(Cancellation))["answers"]!.AsObject().Any(answer => answer.Key.StartsWith("spare", StringComparison.Ordinal)),
            () => $"{seen} {caller.Describe()}",
            TimeSpan.FromSeconds(100),
            Cancellation);
        Assert.Equal(Blocked, (int)seen["blocked"]!);
        Assert.True((int)(await caller.HealthAsync(Cancellation))["added"]! > 0);

        await caller.ReleaseAsync(Cancellation);
        var result = await caller.StopLoadAsync(Cancellation);
        Assert.True((int)result["failed"]! == 0, $"{result}");
    }

    /// <summary>A long collection of garbage, or a machine that is frozen: a callee that stands still is waited for, and a caller that wakes up finds its way, also when its connection to the control plane has died of it.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F06_F10_ProcessesStandStillAndGoOn_NoRequestFailsAndNewsComes()
    {
        Signals.Require();
        await using var plane = await ControlPlaneProcess.StartAsync(Resources, null, Cancellation);
        var started = await Task.WhenAll(
            StartAsync(plane, "reviews"), StartAsync(plane, "reviews"), StartAsync(plane, "spare"),
            StartAsync(plane, "caller", "Mesh:Xds:KeepAliveInterval=00:00:01", "Mesh:Xds:KeepAliveTimeout=00:00:01"));
        await using var first = started[0];
        await using var second = started[1];
        await using var spare = started[2];
        await using var caller = started[3];
        await caller.LoadWhenAnsweredAsync(50, "http://reviews:9080/", Cancellation);

        await StandStillAsync(first, TimeSpan.FromSeconds(2));
        await caller.CallsMoreAsync(50, Cancellation);

        Signals.Send("STOP", caller.Id);
        plane.Write("route.yaml", ToSpare);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Cancellation);
        Signals.Send("CONT", caller.Id);

        JsonNode seen = new JsonObject();
        await Eventually.ReachesAsync(
            "the change came",
            async () => (seen = await caller.CountAsync(Cancellation))["answers"]!.AsObject().Any(answer => answer.Key.StartsWith("spare", StringComparison.Ordinal)),
            () => $"{seen} {caller.Describe()}",
            TimeSpan.FromSeconds(60),
            Cancellation);
        var result = await caller.StopLoadAsync(Cancellation);
        Assert.True((int)result["failed"]! == 0, $"{result}");
        Assert.Equal(3, result["answers"]!.AsObject().Count);
    }

    private static async Task StandStillAsync(WorkloadProcess process, TimeSpan time)
    {
        Signals.Send("STOP", process.Id);
        await Task.Delay(time, TimeProvider.System, Cancellation);
        Signals.Send("CONT", process.Id);
    }

    private static Task<WorkloadProcess> StartAsync(ControlPlaneProcess plane, string service, params string[] settings) =>
        WorkloadProcess.StartAsync(service, plane.Xds, 0, null, Cancellation, settings);
}
