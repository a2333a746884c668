using System.Text.Json;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Peers;

/// <summary>A debugger in Python that shares no code with us reads the state of a gRPC client by CSDS.</summary>
public sealed class ForeignStatusClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Fetch")]
    [InlineData("Stream")]
    public async Task Status_OfAGrpcClient_IsAcknowledgedForAllFourTypes(string method)
    {
        Peer.PythonGrpc.Require();
        Peer.NodeGrpcXds.Require();
        await using var mesh = await GreeterMesh.StartAsync(Cancellation);
        mesh.Configure(["v1"]);
        await using var client = PeerProcess.StartPython("xds_client.py", [GreeterMesh.Target], [new("GRPC_XDS_BOOTSTRAP_CONFIG", mesh.Bootstrap)]);
        await client.SendLineAsync(JsonSerializer.Serialize(new { path = "/test.Greeter/Hello", count = 1, wait = true, timeout = 20 }), Cancellation);
        await client.WaitForAsync("RESULT ", TimeSpan.FromSeconds(60), Cancellation);
        var protos = Path.Combine(Peer.NodeModules, "@grpc", "grpc-js-xds", "deps");
        await using var debugger = PeerProcess.StartPython("csds_client.py", [mesh.ControlPlane.XdsAddress.Authority, .. Directory.GetDirectories(protos)]);
        await debugger.WaitForAsync("READY", cancellationToken: Cancellation);

        var seen = "";
        await Eventually.ReachesAsync(
            "listener, route, cluster and endpoints are acknowledged",
            async () =>
            {
                // C-core sends its last ACK when it is polled again.
                await client.SendLineAsync(JsonSerializer.Serialize(new { path = "/test.Greeter/Hello", count = 1 }), Cancellation);
                await client.WaitForAsync("RESULT ", TimeSpan.FromSeconds(60), Cancellation);
                await debugger.SendLineAsync(JsonSerializer.Serialize(new { method, prefix = "sidecar~127.0.0.1~peer" }), Cancellation);
                seen = await debugger.WaitForAsync("STATUS ", cancellationToken: Cancellation);
                var configs = JsonDocument.Parse(seen).RootElement[0].GetProperty("configs").EnumerateArray().ToArray();
                return configs.Where(config => config.GetProperty("status").GetString() == "ACKED" && config.GetProperty("config").GetString() == "SYNCED")
                    .Select(config => config.GetProperty("type").GetString())
                    .ToHashSet()
                    .SetEquals([XdsTypeUrl.Listener, XdsTypeUrl.RouteConfiguration, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment])
                    && configs.All(config => config.GetProperty("contents").GetString() == config.GetProperty("type").GetString());
            },
            () => seen,
            cancellationToken: Cancellation);

        await debugger.SendLineAsync(JsonSerializer.Serialize(new { method, prefix = "nobody" }), Cancellation);
        Assert.Equal("[]", await debugger.WaitForAsync("STATUS ", cancellationToken: Cancellation));
    }
}
