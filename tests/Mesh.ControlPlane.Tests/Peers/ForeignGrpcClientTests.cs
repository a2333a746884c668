using System.Text.Json;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Peers;

/// <summary>gRPC's own xDS clients route by our control plane.</summary>
public sealed class ForeignGrpcClientTests
{
    private const string Routes = """
          - match: [{ uri: { exact: /test.Greeter/Special } }]
            route: [{ destination: { host: greeter.example.com, subset: v2 } }]
          - match: [{ headers: { end-user: { exact: jason } } }]
            route: [{ destination: { host: greeter.example.com, subset: v3 } }]
          - route: [{ destination: { host: greeter.example.com, subset: v1 } }]

        """;

    private const string Split = """
          - route:
            - { destination: { host: greeter.example.com, subset: v1 }, weight: 75 }
            - { destination: { host: greeter.example.com, subset: v3 }, weight: 25 }

        """;

    /// <summary>What every client of gRPC asks for.</summary>
    private static readonly string[] AskedTypes = [XdsTypeUrl.Listener, XdsTypeUrl.RouteConfiguration, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment];

    public static TheoryData<string> Languages => ["python", "node"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Routes_OfAVirtualService_MatchPathAndHeader(string language)
    {
        await using var mesh = await StartAsync(language);
        mesh.Configure(["v1", "v2", "v3"], Routes);
        await using var client = StartClient(language, mesh);

        Assert.Equal("v1:5", await CallAsync(client, "/test.Greeter/Hello", count: 5, wait: true));
        Assert.Equal("v2:5", await CallAsync(client, "/test.Greeter/Special", count: 5));
        Assert.Equal("v3:5", await CallAsync(client, "/test.Greeter/Hello", user: "jason", count: 5));
        Assert.Equal("v1:5", await CallAsync(client, "/test.Greeter/Hello", user: "jasonx", count: 5));
        await AssertSynchronizedAsync(mesh.ControlPlane);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Split_OfWeights_IsKeptOverManyCalls(string language)
    {
        await using var mesh = await StartAsync(language);
        mesh.Configure(["v1", "v2", "v3"], Split);
        await using var client = StartClient(language, mesh);
        await CallAsync(client, "/test.Greeter/Hello", wait: true);

        var counts = Counts(await ResultAsync(client, "/test.Greeter/Hello", count: 400));

        // 300 of 400 expected, standard deviation 8.7: five of them either way.
        Assert.Equal(["v1", "v3"], counts.Keys.Order());
        Assert.InRange(counts["v1"], 256, 344);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Change_OfRoutesAndEndpoints_IsSeenWhileCallsGoOn(string language)
    {
        await using var mesh = await StartAsync(language);
        mesh.Configure(["v1", "v2"], GreeterMesh.RouteTo("v1"));
        await using var client = StartClient(language, mesh);
        Assert.Equal("v1:3", await CallAsync(client, "/test.Greeter/Hello", count: 3, wait: true));

        mesh.Configure(["v1", "v2"], GreeterMesh.RouteTo("v2"));
        await ReachesAsync(client, "the route leads to v2", answers => answers == "v2:6");

        mesh.Configure(["v1", "v2", "v3"]);
        await ReachesAsync(client, "an added endpoint is used", answers => answers == "v1:2 v2:2 v3:2");

        mesh.Configure(["v3"]);
        await ReachesAsync(client, "removed endpoints are not used", answers => answers == "v3:6");
        await AssertSynchronizedAsync(mesh.ControlPlane);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Load_OfAClient_IsOnTheGraph(string language)
    {
        await using var mesh = await StartAsync(language);
        mesh.Configure(["v1", "v2"], GreeterMesh.RouteTo("v2"));
        await using var client = StartClient(language, mesh);
        Assert.Equal("v2:1", await CallAsync(client, "/test.Greeter/Hello", wait: true));
        Assert.Equal("v2:99", await CallAsync(client, "/test.Greeter/Hello", count: 99));

        // C-core reports while it is polled.
        var edges = "";
        await Eventually.ReachesAsync(
            "the graph has the hundred calls",
            async () =>
            {
                await CallAsync(client, "/test.Greeter/Hello", count: 0);
                var graph = JsonDocument.Parse(await mesh.ControlPlane.GetAsync("/api/v1/graph?window=4m&level=version")).RootElement;
                edges = graph.GetProperty("edges").GetRawText();
                return graph.GetProperty("edges").EnumerateArray().Any(edge =>
                    edge.GetProperty("destination").GetString() == "default/greeter.example.com/v2"
                    && edge.GetProperty("source").GetString() == "default/peers"
                    && edge.GetProperty("requests").GetInt64() == 100);
            },
            () => edges,
            cancellationToken: Cancellation);
    }

    // C-core 1.51 knows nothing of additional addresses and passes over them; the Node client tries them (gRFC A61).
    [Theory]
    [InlineData("python", "127.0.0.1", "127.0.0.2")]
    [InlineData("node", "127.0.0.2", "127.0.0.1")]
    public async Task D12_ServerOfSeveralAddresses_IsReached(string language, string first, string other)
    {
        await using var mesh = await StartAsync(language);
        mesh.Register(first, other, "2001:db8::1");
        await using var client = StartClient(language, mesh);

        Assert.Equal("v1:5", await CallAsync(client, "/test.Greeter/Hello", count: 5, wait: true));
        await AssertSynchronizedAsync(mesh.ControlPlane);
    }

    private static async Task<GreeterMesh> StartAsync(string language)
    {
        Peer.PythonGrpc.Require();
        if (language == "node")
        {
            Peer.NodeGrpcXds.Require();
        }

        return await GreeterMesh.StartAsync(Cancellation);
    }

    private static PeerProcess StartClient(string language, GreeterMesh mesh)
    {
        KeyValuePair<string, string>[] environment = [new("GRPC_XDS_BOOTSTRAP_CONFIG", mesh.Bootstrap)];
        return language == "python"
            ? PeerProcess.StartPython("xds_client.py", [GreeterMesh.Target], environment)
            : PeerProcess.StartNode("xds_client.js", [GreeterMesh.Target], environment);
    }

    private static Task ReachesAsync(PeerProcess client, string state, Func<string, bool> reached)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            state,
            async () =>
            {
                seen = await CallAsync(client, "/test.Greeter/Hello", count: 6);
                Assert.DoesNotContain("!", seen, StringComparison.Ordinal);
                return reached(seen);
            },
            () => seen,
            cancellationToken: Cancellation);
    }

    private static async Task<string> CallAsync(PeerProcess client, string path, string? user = null, int count = 1, bool wait = false)
    {
        var result = await ResultAsync(client, path, user, count, wait);
        var errors = result.GetProperty("errors").EnumerateObject().Select(error => $"!{error.Name}:{error.Value}");
        return string.Join(' ', Counts(result).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{pair.Value}").Concat(errors));
    }

    private static async Task<JsonElement> ResultAsync(PeerProcess client, string path, string? user = null, int count = 1, bool wait = false)
    {
        var metadata = user is null ? [] : new Dictionary<string, string> { ["end-user"] = user };
        await client.SendLineAsync(JsonSerializer.Serialize(new { path, metadata, count, wait, timeout = 20 }), Cancellation);
        return JsonSerializer.Deserialize<JsonElement>(await client.WaitForAsync("RESULT ", TimeSpan.FromSeconds(60), Cancellation));
    }

    private static Dictionary<string, int> Counts(JsonElement result) =>
        result.GetProperty("answers").EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value.GetInt32());

    /// <summary>C-core sends its last ACK when it is polled again, so this one waits.</summary>
    private static Task AssertSynchronizedAsync(RunningControlPlane controlPlane) => Eventually.ReachesAsync(
        "the client has accepted listeners, routes, clusters and endpoints",
        () => controlPlane.State.Clients.Current is [var client]
            && AskedTypes.All(type => client.Subscriptions.GetValueOrDefault(type) is { AcceptedVersion.Length: > 0, Rejection: null })
            && client.Subscriptions[XdsTypeUrl.Listener].IsSynchronized,
        cancellationToken: Cancellation);
}
