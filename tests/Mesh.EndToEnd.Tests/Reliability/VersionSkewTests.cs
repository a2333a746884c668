using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Reliability.Processes;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Processes of two versions of the mesh in one mesh, and control planes that are replaced by the next version and back, under mutual TLS (fault matrix F09).</summary>
/// <remarks><c>tests/version-skew.sh COMMIT</c> builds another version and names it in <c>MESH_WORKLOAD_DLL</c> and <c>MESH_CONTROL_PLANE_DLL</c>.</remarks>
public sealed class VersionSkewTests
{
    private const int Rate = 100;

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
        metadata: {name: spare}
        spec:
          selector: {app: spare}
          ports: [{port: 9080, name: http}]
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: istio-system}
        spec: {mtls: {mode: STRICT}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Servers of the other version are replaced by this one's under load, and these by the other's again, as an upgrade that is taken back; callers of both versions call them all the time.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F09_WorkloadsOfAnotherVersion_AreRolledToThisOneAndBackWithoutAFailedCall()
    {
        Assert.SkipUnless(ProgramBuild.Workload.IsOther, "Set MESH_WORKLOAD_DLL, or run tests/version-skew.sh COMMIT.");
        Signals.Require();
        await using var plane = await ControlPlaneProcess.StartAsync(Resources, null, Cancellation);
        var servers = new Queue<WorkloadProcess>();
        try
        {
            foreach (var started in await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(plane, ProgramBuild.Workload, "reviews"))))
            {
                servers.Enqueue(started);
            }

            await using var spare = await StartAsync(plane, ProgramBuild.OwnWorkload, "spare");
            await using var otherCaller = await StartAsync(plane, ProgramBuild.Workload, "caller");
            await using var ownCaller = await StartAsync(plane, ProgramBuild.OwnWorkload, "caller");
            WorkloadProcess[] callers = [otherCaller, ownCaller];
            foreach (var (step, build) in new[] { ("upgrade", ProgramBuild.OwnWorkload), ("taken back", ProgramBuild.Workload) })
            {
                await Task.WhenAll(callers.Select(caller => caller.LoadWhenAnsweredAsync(Rate, "http://reviews:9080/", Cancellation)));
                await RefusesPlaintextAsync(servers.Peek());
                await RollAsync(plane, build, servers, callers);
                await FollowChangesAsync(plane, step, callers);
                await EndWithoutFailureAsync(($"{step}, caller of the other version", otherCaller), ($"{step}, caller of this version", ownCaller));
            }
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>A control plane of the other version is replaced by this one over the same files, and that by the other again; each serves changes, certificates and newcomers.</summary>
    [Fact(Timeout = 300_000)]
    public async Task F09_ControlPlaneOfAnotherVersion_IsReplacedByThisOneAndBackWithoutAFailedCall()
    {
        Assert.SkipUnless(ProgramBuild.ControlPlane.IsOther, "Set MESH_CONTROL_PLANE_DLL, or run tests/version-skew.sh COMMIT.");
        Signals.Require();
        await using var plane = await ControlPlaneProcess.StartAsync(Resources, null, Cancellation);
        var servers = new Queue<WorkloadProcess>();
        try
        {
            foreach (var started in await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => StartAsync(plane, ProgramBuild.Workload, "reviews"))))
            {
                servers.Enqueue(started);
            }

            await using var spare = await StartAsync(plane, ProgramBuild.Workload, "spare");
            await using var caller = await StartAsync(plane, ProgramBuild.Workload, "caller");
            await caller.LoadWhenAnsweredAsync(Rate, "http://reviews:9080/", Cancellation);
            await RefusesPlaintextAsync(servers.Peek());
            await FollowChangesAsync(plane, "other", caller);
            await RollAsync(plane, ProgramBuild.Workload, servers, caller);
            foreach (var next in new[] { ProgramBuild.OwnControlPlane, ProgramBuild.ControlPlane })
            {
                Report("the control plane is stopped");
                await plane.TerminateAsync(Cancellation);
                Report("the next one is started");
                plane.Build = next;
                await plane.StartAsync(Cancellation);
                Report("it has started");

                // A change in the second of a start would send callers to a service whose processes are not back yet.
                await ReachesTheControlPlaneAsync(plane, "spare");
                await FollowChangesAsync(plane, next.IsOther ? "back" : "own", caller);
                await RollAsync(plane, ProgramBuild.Workload, servers, caller);
            }

            await EndWithoutFailureAsync(("caller", caller));
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Each server by one of a build, as a supervisor rolls them.</summary>
    private static async Task RollAsync(ControlPlaneProcess plane, ProgramBuild build, Queue<WorkloadProcess> servers, params WorkloadProcess[] callers)
    {
        for (var left = servers.Count; left > 0; left--)
        {
            var next = await StartAsync(plane, build, "reviews");
            servers.Enqueue(next);
            foreach (var caller in callers)
            {
                await AnswersComeFromAsync(caller, $"reviews-{next.Id}");
            }

            Report($"reviews-{next.Id} answers; reviews-{servers.Peek().Id} is stopped");
            await servers.Dequeue().TerminateAsync(Cancellation);
            Report("it has stopped");
        }
    }

    /// <summary>A route to the other service comes into force at every caller, and is taken back.</summary>
    private static async Task FollowChangesAsync(ControlPlaneProcess plane, string name, params WorkloadProcess[] callers)
    {
        foreach (var host in new[] { "spare", "reviews" })
        {
            // The values of a header that nobody sends make each change one of its own.
            plane.Write("route.yaml", $$"""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: reviews}
                spec:
                  hosts: [reviews]
                  http:
                  - match:
                    - headers:
                        x-round:
                          exact: "{{name}}"
                    directResponse: {status: 418}
                  - route:
                    - destination:
                        host: {{host}}
                """);
            foreach (var caller in callers)
            {
                await AnswersComeFromAsync(caller, host);
            }
        }
    }

    private static async Task AnswersComeFromAsync(WorkloadProcess caller, string who)
    {
        var before = Sum(await caller.CountAsync(Cancellation));
        JsonNode seen = new JsonObject();
        await Eventually.ReachesAsync(
            $"{who} answers", async () => Sum(seen = await caller.CountAsync(Cancellation)) > before + 20, () => $"{seen} {caller.Describe()}", TimeSpan.FromSeconds(60), Cancellation);

        int Sum(JsonNode count) => count["answers"]?.AsObject().Where(answer => answer.Key.StartsWith(who, StringComparison.Ordinal)).Sum(answer => (int)answer.Value!) ?? 0;
    }

    private static async Task ReachesTheControlPlaneAsync(ControlPlaneProcess plane, string service)
    {
        using var client = new HttpClient();
        var seen = "";
        await Eventually.ReachesAsync(
            $"{service} is connected", async () => (seen = await client.GetStringAsync(new Uri(plane.Http, "/api/v1/clients"), Cancellation)).Contains(service, StringComparison.Ordinal), () => seen, TimeSpan.FromSeconds(60), Cancellation);
    }

    private static async Task RefusesPlaintextAsync(WorkloadProcess server)
    {
        using var plain = new HttpClient { DefaultRequestHeaders = { ConnectionClose = true } };
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetStringAsync(server.Address, Cancellation));
    }

    private static async Task EndWithoutFailureAsync(params (string Who, WorkloadProcess Process)[] callers)
    {
        var failures = new List<string>();
        foreach (var (who, caller) in callers)
        {
            var result = await caller.StopLoadAsync(Cancellation);
            TestContext.Current.SendDiagnosticMessage(
                string.Create(CultureInfo.InvariantCulture, $"version skew, {who}: {result["calls"]} calls, {result["failed"]} failed, slowest {(double)result["slowestMs"]!:0} ms"));
            if ((int)result["failed"]! != 0)
            {
                failures.Add($"{who}: {result}");
            }
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }

    private static void Report(string step) => TestContext.Current.SendDiagnosticMessage($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {step}");

    private static async Task<WorkloadProcess> StartAsync(ControlPlaneProcess plane, ProgramBuild build, string service) => await WorkloadProcess.StartAsync(
        build, service, plane.Secure, 0, null, Cancellation, await plane.SettingsOfAsync(service, Cancellation));
}
