using System.Text.Json.Nodes;
using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Testing.Peers;

namespace Mesh.Client.Tests.Peers;

/// <summary>The client against a control plane that is not ours: Python's gRPC, messages from the npm package's protos.</summary>
public sealed class ForeignControlPlaneTests
{
    [Theory]
    [InlineData(XdsProtocol.Delta, "delta")]
    [InlineData(XdsProtocol.StateOfTheWorld, "sotw")]
    internal async Task Client_PythonControlPlane_FollowsItFromListenerToEndpoints(XdsProtocol protocol, string form)
    {
        Peer.PythonGrpc.Require();
        Peer.NodeGrpcXds.Require();
        var cancellationToken = TestContext.Current.CancellationToken;
        var protos = Path.Combine(Peer.NodeModules, "@grpc", "grpc-js-xds", "deps");
        await using var server = PeerProcess.StartPython("ads_server.py", Directory.GetDirectories(protos));
        var port = await server.WaitForAsync("LISTENING ", cancellationToken: cancellationToken);
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, new Uri($"http://127.0.0.1:{port}"));
        rig.Logs.Expect("XdsResourceRejected").Expect("XdsResourceRemoved");
        await server.SendLineAsync(Configuration("1", "c1", 7001), cancellationToken);
        rig.Client.Start();

        var first = await rig.WaitForAsync(XdsClientRig.Reviews);
        Assert.Equal(DestinationStatus.Routed, first.Status);
        Assert.Equal([7001], XdsClientRig.Ports(first, "c1"));
        var introduction = await RequestAsync(server, request => true);
        Assert.Equal("node-1", (string?)introduction["node"]);
        Assert.Equal(form, (string?)introduction["form"]);

        // A bad update is refused by name, and the good one before it stays.
        await server.SendLineAsync(Configuration("2", "c1", 7001, 7001), cancellationToken);
        var nack = await RequestAsync(server, request => (string?)request["error"] != "");
        Assert.Equal("ClusterLoadAssignment", (string?)nack["type"]);
        Assert.Contains("c1", (string?)nack["error"], StringComparison.Ordinal);
        Assert.Equal([7001], XdsClientRig.Ports(rig.Destination(XdsClientRig.Reviews)!, "c1"));

        // Another cluster takes over in one step.
        await server.SendLineAsync(Configuration("3", "c2", 7002, 7003), cancellationToken);
        var second = await rig.ReachesAsync(destination => destination.Clusters.ContainsKey("c2"));
        Assert.Equal([7002, 7003], XdsClientRig.Ports(second, "c2"));
        Assert.All(rig.Snapshots.SelectMany(snapshot => snapshot.Destinations.Values), destination => Assert.Single(destination.Clusters));

        // What a foreign server leaves out stays in force, with the error beside it (gRFC A88).
        await server.SendLineAsync("""{"version": "4", "resources": []}""", cancellationToken);
        await rig.ReachesAsync(destination => destination.Reason?.Contains("removed it", StringComparison.Ordinal) == true);
        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);
    }

    private static async Task<JsonNode> RequestAsync(PeerProcess server, Func<JsonNode, bool> fits)
    {
        while (true)
        {
            var line = await server.WaitForAsync("REQUEST ", cancellationToken: TestContext.Current.CancellationToken);
            var request = JsonNode.Parse(line)!;
            if (fits(request))
            {
                return request;
            }
        }
    }

    private static string Configuration(string version, string cluster, params int[] ports)
    {
        const string Endpoint = """{"endpoint": {"address": {"socketAddress": {"address": "127.0.0.1", "portValue": PORT}}}}""";
        const string Template = """
            {"version": "VERSION", "resources": [
              {"@type": "TYPE.config.listener.v3.Listener", "name": "reviews:9080", "apiListener": {"apiListener": {
                "@type": "TYPE.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                "rds": {"configSource": {"ads": {}}, "routeConfigName": "routes"},
                "httpFilters": [{"name": "router", "typedConfig": {"@type": "TYPE.extensions.filters.http.router.v3.Router"}}]}}},
              {"@type": "TYPE.config.route.v3.RouteConfiguration", "name": "routes", "virtualHosts": [{"name": "v", "domains": ["reviews"],
                "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "CLUSTER"}}]}]},
              {"@type": "TYPE.config.cluster.v3.Cluster", "name": "CLUSTER", "type": "EDS", "edsClusterConfig": {"edsConfig": {"ads": {}}}},
              {"@type": "TYPE.config.endpoint.v3.ClusterLoadAssignment", "name": "CLUSTER", "endpoints": [
                {"locality": {"region": "r"}, "loadBalancingWeight": 1, "lbEndpoints": [ENDPOINTS]}]}]}
            """;
        var endpoints = ports.Select(port => Endpoint.Replace("PORT", $"{port}", StringComparison.Ordinal));
        var json = Template
            .Replace("ENDPOINTS", string.Join(',', endpoints), StringComparison.Ordinal)
            .Replace("VERSION", version, StringComparison.Ordinal)
            .Replace("CLUSTER", cluster, StringComparison.Ordinal)
            .Replace("TYPE", "type.googleapis.com/envoy", StringComparison.Ordinal);
        return JsonNode.Parse(json)!.ToJsonString();
    }
}
