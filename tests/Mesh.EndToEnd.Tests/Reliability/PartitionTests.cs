using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Reliability.Processes;
using Mesh.Testing.InProcess;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Real processes in a network of their own, whose packets the kernel swallows (fault matrix G). Skipped where no network namespace can be made.</summary>
public sealed class PartitionTests
{
    private const string Policies = """

        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews-retries}
        spec:
          hosts: [reviews]
          http:
          - route: [{destination: {host: reviews}}]
            timeout: 10s
            retries: {attempts: 3, perTryTimeout: 0.5s, retryOn: "5xx,reset,connect-failure,refused-stream"}
        """;

    private const string ConnectionEach = """
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
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews}
        spec:
          host: reviews
          trafficPolicy: {connectionPool: {http: {maxRequestsPerConnection: 1}}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task G01_G02_G03_G07_Partitions_TouchOnlyWhatIsBehindThem()
    {
        Signals.Require();
        using var network = NetworkNamespace.CreateOrSkip();
        await using var plane = await ControlPlaneProcess.StartAsync(ReviewsResources.Service + Policies, network, Cancellation);
        await using var first = await StartAsync(plane, network, "reviews");
        await using var second = await StartAsync(plane, network, "reviews");
        await using var caller = await StartAsync(plane, network, "caller", "Mesh:Xds:KeepAliveInterval=00:00:01", "Mesh:Xds:KeepAliveTimeout=00:00:01");
        await caller.ReachesModeAsync("live", null, Cancellation);
        await caller.LoadWhenAnsweredAsync(100, "http://reviews:9080/", Cancellation);
        await caller.CallsMoreAsync(100, Cancellation);
        Assert.Equal(2, (await caller.CountAsync(Cancellation))["answers"]!.AsObject().Count);

        // G01: nobody reaches the control plane.
        network.DropTo(plane.XdsPort);
        network.DropFrom(plane.XdsPort);
        await caller.ReachesModeAsync("last_known_good", null, Cancellation);
        await caller.CallsMoreAsync(200, Cancellation);
        network.Heal();
        await caller.ReachesModeAsync("live", null, Cancellation);

        // G03: it hears its clients, and they do not hear it.
        network.DropFrom(plane.XdsPort);
        await caller.ReachesModeAsync("last_known_good", null, Cancellation);
        await caller.CallsMoreAsync(200, Cancellation);
        network.Heal();
        await caller.ReachesModeAsync("live", null, Cancellation);

        // G02 and G03 of one of two endpoints: requests go to the other one.
        network.DropTo(first.Address.Port);
        await caller.CallsMoreAsync(300, Cancellation);
        network.Heal();
        network.DropFrom(first.Address.Port);
        await caller.CallsMoreAsync(300, Cancellation);
        network.Heal();

        // G07, last because it is for good: a narrow line for everybody together, requests and configuration.
        network.Throttle("1mbit");
        plane.Write("more.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {selector: {app: other}, ports: [{port: 80, name: http}]}");
        await caller.CallsMoreAsync(100, Cancellation);

        var result = await caller.StopLoadAsync(Cancellation);
        TestContext.Current.SendDiagnosticMessage($"partitions: {result["calls"]} calls, {result["failed"]} failed");
        Assert.True((int)result["failed"]! == 0, $"{result}{Environment.NewLine}{caller.Describe()}");
    }

    /// <summary>Every port that a connection to one service could come from is taken: its calls fail, those to another service and the line to the control plane do not, and it heals.</summary>
    [Fact(Timeout = 300_000)]
    public async Task G10_NoFreePortsForOneDestination_OthersGoOnAndItHeals()
    {
        Signals.Require();
        using var network = NetworkNamespace.CreateOrSkip();
        await using var plane = await ControlPlaneProcess.StartAsync(ConnectionEach, network, Cancellation);
        await using var reviews = await StartAsync(plane, network, "reviews");
        await using var spare = await StartAsync(plane, network, "spare");
        await using var caller = await StartAsync(plane, network, "caller");
        await caller.LoadWhenAnsweredAsync(20, "http://reviews:9080/", Cancellation);
        await caller.StopLoadAsync(Cancellation);

        network.LimitPorts(61000, 61003);
        var script = $"for i in 3 4 5 6; do eval \"exec $i<>/dev/tcp/127.0.0.1/{reviews.Address.Port}\" || exit 1; done; echo taken; sleep 600";
        await using (var taker = PeerProcess.Start("ip", ["netns", "exec", network.Name, "bash", "-c", script]))
        {
            await taker.WaitForLineAsync(static line => line == "taken", TimeSpan.FromSeconds(60), Cancellation);
            await caller.LoadAsync(20, "http://reviews:9080/", Cancellation);
            await caller.CallsMoreAsync(20, Cancellation);
            var without = await caller.StopLoadAsync(Cancellation);
            Assert.True((int)without["failed"]! == (int)without["calls"]!, $"{without}");

            await caller.LoadWhenAnsweredAsync(20, "http://spare:9080/", Cancellation);
            await caller.CallsMoreAsync(40, Cancellation);
            var other = await caller.StopLoadAsync(Cancellation);
            Assert.True((int)other["failed"]! == 0, $"{other}{Environment.NewLine}{caller.Describe()}");
            Assert.Equal("live", await caller.ModeAsync(Cancellation));
        }

        network.LimitPorts(32768, 60999);
        await caller.LoadWhenAnsweredAsync(20, "http://reviews:9080/", Cancellation);
        Assert.True((int)(await caller.StopLoadAsync(Cancellation))["failed"]! == 0);
    }

    private static Task<WorkloadProcess> StartAsync(ControlPlaneProcess plane, NetworkNamespace network, string service, params string[] settings) =>
        WorkloadProcess.StartAsync(service, plane.Xds, 0, network, Cancellation, settings);
}
