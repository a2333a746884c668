using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>What the API tells of streams: who asked for what, and what they registered.</summary>
public sealed class DependencyTests
{
    private const string Group = """
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata: { name: vms, namespace: default }
        spec: { metadata: { labels: { app: vm } }, template: { ports: { http: 8080 } }, probe: { httpGet: { path: /ready, port: 8080 } } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dependencies_OfAStream_AreWhatItAskedForByName()
    {
        await using var mesh = await RunningControlPlane.StartAsync(Bookinfo.Services);
        await using var call = RawStream.Sotw(mesh.Channel);
        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, ResourceNames = { "reviews:9080", "nobody.test:80" }, Node = RawStream.Node("caller") }, Cancellation);
        await RawStream.NextAsync(call);
        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.ClusterLoadAssignment, ResourceNames = { $"outbound|9080|v2|{Bookinfo.Reviews}" } }, Cancellation);

        JsonArray items = [];
        await Eventually.ReachesAsync("both", async () => (items = await ItemsAsync(mesh, "")).Count == 2 && items[1]!["subsets"]!.AsArray().Count == 1, () => items.ToJsonString(), cancellationToken: Cancellation);

        Assert.Equal(("nobody.test", false), (items[0]!["destination"]!.ToString(), items[0]!["known"]!.GetValue<bool>()));
        Assert.Equal((Bookinfo.Reviews, true, "caller", "v2"), (items[1]!["destination"]!.ToString(), items[1]!["known"]!.GetValue<bool>(), items[1]!["client"]!["id"]!.ToString(), items[1]!["subsets"]![0]!.ToString()));
        Assert.Single(await ItemsAsync(mesh, "?service=reviews"));
        Assert.Empty(await ItemsAsync(mesh, "?namespace=other"));
    }

    [Fact]
    public async Task AutoRegistration_OfAnyXdsClient_IsAWorkloadEntryOfTheApi()
    {
        await using var mesh = await RunningControlPlane.StartAsync(Group);
        await using var call = RawStream.Sotw(mesh.Channel);
        var node = new Node
        {
            Id = "sidecar~10.0.0.7~vm-1.default~default.svc.cluster.local",
            Metadata = new Struct
            {
                Fields =
                {
                    ["NAMESPACE"] = Value.ForString("default"),
                    ["AUTO_REGISTER_GROUP"] = Value.ForString("vms"),
                    ["INSTANCE_IPS"] = Value.ForString("10.0.0.7,fd00::7"),
                    ["NETWORK"] = Value.ForString("lab"),
                },
            },
        };

        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, ResourceNames = { "x:1" }, Node = node }, Cancellation);

        const string Path = "/apis/networking.istio.io/v1/namespaces/default/workloadentries";
        JsonArray items = [];
        await Eventually.ReachesAsync("an entry", async () => (items = JsonNode.Parse(await mesh.GetAsync(Path))!["items"]!.AsArray()).Count == 1, cancellationToken: Cancellation);
        var entry = items[0]!;
        Assert.Equal("vms-10.0.0.7-lab", entry["metadata"]!["name"]!.ToString());
        Assert.Equal(("10.0.0.7", "lab", "vm"), (entry["spec"]!["address"]!.ToString(), entry["spec"]!["network"]!.ToString(), entry["spec"]!["labels"]!["app"]!.ToString()));
        Assert.Equal("vms", entry["metadata"]!["annotations"]!["istio.io/autoRegistrationGroup"]!.ToString());

        // Of a group with a probe nothing is known before somebody reports what it found (istiod's HealthInformation).
        await HealthIsAsync("False");
        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.HealthInformation }, Cancellation);
        await HealthIsAsync("True");
        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.HealthInformation, ErrorDetail = new Mesh.Protocol.Google.Rpc.Status { Code = 500, Message = "ill" } }, Cancellation);
        await HealthIsAsync("False");

        Task HealthIsAsync(string expected) => Eventually.ReachesAsync(
            $"Healthy is {expected}",
            async () => JsonNode.Parse(await mesh.GetAsync($"{Path}/vms-10.0.0.7-lab"))!["status"]!["conditions"]![0]!["status"]!.ToString() == expected,
            cancellationToken: Cancellation);
    }

    private static async Task<JsonArray> ItemsAsync(RunningControlPlane mesh, string query) =>
        JsonNode.Parse(await mesh.GetAsync("/api/v1/dependencies" + query))!["items"]!.AsArray();
}
