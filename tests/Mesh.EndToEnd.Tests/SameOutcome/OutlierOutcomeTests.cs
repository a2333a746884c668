using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Client;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Mesh.Testing.Peers;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>Outlier detection by failure percentage (gRFC A50), which no Istio resource can say: the same xDS, served by Python, to all three clients.</summary>
public sealed class OutlierOutcomeTests
{
    private const string Target = "greeter.example.com:50051";

    private const string Template = """
        {"version": "1", "resources": [
          {"@type": "TYPE.config.listener.v3.Listener", "name": "TARGET", "apiListener": {"apiListener": {
            "@type": "TYPE.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "rds": {"configSource": {"ads": {}}, "routeConfigName": "routes"},
            "httpFilters": [{"name": "router", "typedConfig": {"@type": "TYPE.extensions.filters.http.router.v3.Router"}}]}}},
          {"@type": "TYPE.config.route.v3.RouteConfiguration", "name": "routes", "virtualHosts": [{"name": "v", "domains": ["*"],
            "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "greeter"}}]}]},
          {"@type": "TYPE.config.cluster.v3.Cluster", "name": "greeter", "type": "EDS", "edsClusterConfig": {"edsConfig": {"ads": {}}},
            "outlierDetection": {"interval": "0.5s", "baseEjectionTime": "60s", "maxEjectionPercent": 50, "enforcingSuccessRate": 0, "enforcingConsecutive5xx": 0,
              "failurePercentageThreshold": 50, "enforcingFailurePercentage": 100, "failurePercentageMinimumHosts": 3, "failurePercentageRequestVolume": 5}},
          {"@type": "TYPE.config.endpoint.v3.ClusterLoadAssignment", "name": "greeter", "endpoints": [
            {"locality": {"region": "r", "zone": "z"}, "loadBalancingWeight": 1, "lbEndpoints": [ENDPOINTS]}]}]}
        """;

    public static TheoryData<string> Languages => OutcomeMesh.Languages;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Server_ThatAlwaysFails_IsEjected(string language)
    {
        Peer.PythonGrpc.Require();
        Peer.NodeGrpcXds.Require();
        string[] names = ["v1", "v2", "v3"];
        await using var servers = PeerProcess.StartPython("behaving_server.py", names);
        var ports = new List<string>();
        foreach (var name in names)
        {
            ports.Add(await servers.WaitForAsync($"PORT {name} ", cancellationToken: Cancellation));
        }

        var protos = Path.Combine(Peer.NodeModules, "@grpc", "grpc-js-xds", "deps");
        await using var controlPlane = PeerProcess.StartPython("ads_server.py", Directory.GetDirectories(protos));
        var address = new Uri($"http://127.0.0.1:{await controlPlane.WaitForAsync("LISTENING ", cancellationToken: Cancellation)}");
        await controlPlane.SendLineAsync(Configuration(ports), Cancellation);
        await servers.SendLineAsync("""{"server": "v3", "status": "UNAVAILABLE", "times": -1}""", Cancellation);
        await using var mesh = await InProcessMesh.StartAsync("", Cancellation);
        await using var client = await StartClientAsync(language, mesh, address);

        var seen = "";
        await Eventually.ReachesAsync(
            "v3 is ejected: 30 calls in a row reach only the others",
            async () => (seen = (await client.CallAsync(new OutcomeOrder { Count = 30, Wait = true }, Cancellation)).ToString()) == "v1:15 v2:15",
            () => seen,
            cancellationToken: Cancellation);
    }

    private static async Task<IOutcomeClient> StartClientAsync(string language, InProcessMesh mesh, Uri controlPlane)
    {
        if (language != "mesh")
        {
            return PeerOutcomeClient.Start(language, $"xds:///{Target}", controlPlane, "r/z");
        }

        // The in-process mesh lends its collector of logs; who is asked for configuration is the Python server.
        var host = await mesh.StartClientAsync("caller", Cancellation, new KeyValuePair<string, string?>("Mesh:ControlPlane", controlPlane.ToString()));
        return new MeshOutcomeClient(host.Services.GetRequiredService<IMeshHandlerFactory>().CreateHandler(), new Uri($"http://{Target}"));
    }

    private static string Configuration(IEnumerable<string> ports)
    {
        var endpoints = ports.Select(port => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"endpoint\": {{\"address\": {{\"socketAddress\": {{\"address\": \"127.0.0.1\", \"portValue\": {port}}}}}}}}}"));
        var json = Template
            .Replace("ENDPOINTS", string.Join(',', endpoints), StringComparison.Ordinal)
            .Replace("TARGET", Target, StringComparison.Ordinal)
            .Replace("TYPE", "type.googleapis.com/envoy", StringComparison.Ordinal);
        return JsonNode.Parse(json)!.ToJsonString();
    }
}
