using System.Text.Json;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Protocol.Xds;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Peers;

/// <summary>A delta client that shares no code with us, over the public protos.</summary>
public sealed class ForeignDeltaClientTests
{
    private const string V1 = "outbound|80||a.example.com";
    private const string V2 = "outbound|80||b.example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribe_ToSomeThatExist_TellsTheOthersAreNotThere()
    {
        await using var controlPlane = await StartAsync("a", "b");
        await using var client = await ConnectAsync(controlPlane);

        await SendAsync(client, new { type = XdsTypeUrl.Cluster, node = "delta", subscribe = new[] { V1, "outbound|80||none.example.com" } });

        var response = await ResponseAsync(client);
        Assert.Equal([V1], Names(response));
        Assert.Equal(["outbound|80||none.example.com"], Removed(response));
        Assert.Equal(XdsTypeUrl.Cluster, response.GetProperty("types")[0].GetString());
        Assert.StartsWith("mesh", response.GetProperty("identifier").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OfOneResource_SendsThatOneAndThenItsRemoval()
    {
        await using var controlPlane = await StartAsync("a");
        await using var client = await ConnectAsync(controlPlane);
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, node = "delta", subscribe = new[] { V1, V2 } });
        var first = await ResponseAsync(client);
        Assert.Equal([V1], Names(first));
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, nonce = first.GetProperty("nonce").GetString() });

        controlPlane.Write(Services("a", "b"));
        Assert.Equal([V2], Names(await ResponseAsync(client)));

        controlPlane.Write(Services("b"));
        var removal = await ResponseAsync(client);
        Assert.Empty(Names(removal));
        Assert.Equal([V1], Removed(removal));
    }

    [Fact]
    public async Task Unsubscribe_FromAResource_StopsItsUpdatesAndAskingAgainSendsIt()
    {
        await using var controlPlane = await StartAsync("a", "b");
        await using var client = await ConnectAsync(controlPlane);
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, node = "delta", subscribe = new[] { V1, V2 } });
        Assert.Equal([V1, V2], Names(await ResponseAsync(client)));

        await SendAsync(client, new { type = XdsTypeUrl.Cluster, unsubscribe = new[] { V1 } });
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, subscribe = new[] { V2 } });
        Assert.Equal([V2], Names(await ResponseAsync(client)));

        controlPlane.Write("");
        Assert.Equal([V2], Removed(await ResponseAsync(client)));

        controlPlane.Write(Services("a", "b"));
        Assert.Equal([V2], Names(await ResponseAsync(client)));
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, subscribe = new[] { V1 } });
        Assert.Equal([V1], Names(await ResponseAsync(client)));
    }

    [Fact]
    public async Task Reconnect_WithInitialVersions_SendsOnlyWhatDiffers()
    {
        await using var controlPlane = await StartAsync("a", "b");
        string version;
        await using (var earlier = await ConnectAsync(controlPlane))
        {
            await SendAsync(earlier, new { type = XdsTypeUrl.Cluster, node = "delta", subscribe = new[] { V1 } });
            version = (await ResponseAsync(earlier)).GetProperty("resources").GetProperty(V1).GetString()!;
        }

        await using var client = await ConnectAsync(controlPlane);
        await SendAsync(client, new
        {
            type = XdsTypeUrl.Cluster,
            node = "delta",
            subscribe = new[] { V1, V2, "outbound|80||gone.example.com" },
            initial = new Dictionary<string, string> { [V1] = version, ["outbound|80||gone.example.com"] = "1" },
        });

        Assert.Equal([V2], Names(await ResponseAsync(client)));
        Assert.Equal(["outbound|80||gone.example.com"], Removed(await ResponseAsync(client)));
    }

    [Fact]
    public async Task Wildcard_OfClusters_SendsAllAndFollows()
    {
        await using var controlPlane = await StartAsync("a");
        await using var client = await ConnectAsync(controlPlane);
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, node = "delta", subscribe = new[] { "*" } });
        Assert.Equal([V1], Names(await ResponseAsync(client)));

        controlPlane.Write(Services("a", "b"));
        Assert.Equal([V2], Names(await ResponseAsync(client)));
    }

    [Fact]
    public async Task Rejection_OfAResponse_IsKeptAndLogged()
    {
        await using var controlPlane = await StartAsync("a");
        controlPlane.Logs.Expect("XdsRejected");
        await using var client = await ConnectAsync(controlPlane);
        await SendAsync(client, new { type = XdsTypeUrl.Cluster, node = "delta", subscribe = new[] { V1 } });
        var response = await ResponseAsync(client);

        await SendAsync(client, new { type = XdsTypeUrl.Cluster, nonce = response.GetProperty("nonce").GetString(), error = "cluster is not to my taste" });

        await controlPlane.ShowsAsync("the rejection with its reason", page => page.Contains("cluster is not to my taste", StringComparison.Ordinal));
        Assert.Contains(controlPlane.Logs.Entries, entry => entry.EventName == "XdsRejected" && entry.Message.Contains("cluster is not to my taste", StringComparison.Ordinal));
    }

    private static string Services(params string[] names) => string.Join("---\n", names.Select(name => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: {{name}}, namespace: default }
        spec:
          hosts: [{{name}}.example.com]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{ number: 80, name: http, protocol: HTTP }]
          endpoints: [{ address: 127.0.0.1 }]

        """));

    private static Task<RunningControlPlane> StartAsync(params string[] services)
    {
        Peer.PythonGrpc.Require();
        Peer.NodeGrpcXds.Require();
        return RunningControlPlane.StartAsync(Services(services));
    }

    private static async Task<PeerProcess> ConnectAsync(RunningControlPlane controlPlane)
    {
        var protos = Path.Combine(Peer.NodeModules, "@grpc", "grpc-js-xds", "deps");
        var client = PeerProcess.StartPython("delta_client.py", [controlPlane.XdsAddress.Authority, .. Directory.GetDirectories(protos)]);
        await client.WaitForAsync("READY", cancellationToken: Cancellation);
        return client;
    }

    private static Task SendAsync(PeerProcess client, object request) => client.SendLineAsync(JsonSerializer.Serialize(request), Cancellation);

    private static async Task<JsonElement> ResponseAsync(PeerProcess client) =>
        JsonSerializer.Deserialize<JsonElement>(await client.WaitForAsync("RESPONSE ", cancellationToken: Cancellation));

    private static IEnumerable<string> Names(JsonElement response) =>
        response.GetProperty("resources").EnumerateObject().Select(resource => resource.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string?> Removed(JsonElement response) => response.GetProperty("removed").EnumerateArray().Select(name => name.GetString());
}
