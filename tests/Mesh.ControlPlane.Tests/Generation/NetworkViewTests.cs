using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Endpoint;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Endpoints of other networks, as the split-horizon EDS of istiod has them.</summary>
public sealed class NetworkViewTests
{
    private const string Networks = """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: istio, namespace: istio-system }
        data:
          meshNetworks: |
            networks:
              west: { gateways: [{ address: 192.0.2.1, port: 15443 }, { address: 192.0.2.2, port: 15443 }] }
              dark: { endpoints: [{ fromCidr: 10.9.0.0/16 }] }
        """;

    private static readonly ClientView East = GeneratedMesh.MeshClient with { Network = "east" };

    [Fact]
    public void Endpoints_OfAnotherNetwork_AreItsGatewaysWithTheirWeight()
    {
        var mesh = Mesh(("10.0.0.1", "east", true), ("10.1.0.1", "west", true), ("10.1.0.2", "west", true));

        Assert.Equal(["10.0.0.1:9080 w2", "192.0.2.1:15443 w2", "192.0.2.2:15443 w2"], Of(mesh.Endpoints(Bookinfo.ReviewsRoutes, East)));
        var gateway = Endpoints(mesh.Endpoints(Bookinfo.ReviewsRoutes, East)!).Last();
        Assert.Equal("istio", gateway.Metadata.FilterMetadata["envoy.transport_socket_match"].Fields["tlsMode"].StringValue);
    }

    [Fact]
    public void Endpoints_OfAnotherNetworkWithoutMutualTls_AreLeftOut()
    {
        var mesh = Mesh(("10.0.0.1", "east", true), ("10.1.0.1", "west", false), ("10.1.0.2", "west", true));

        Assert.Equal(["10.0.0.1:9080 w2", "192.0.2.1:15443 w1", "192.0.2.2:15443 w1"], Of(mesh.Endpoints(Bookinfo.ReviewsRoutes, East)));
    }

    [Fact]
    public void Endpoints_ThatAreReachedDirectly_AreThemselves()
    {
        var mesh = Mesh(("10.0.0.1", "east", true), ("10.1.0.1", "west", true), ("10.9.0.1", "", true), ("10.8.0.1", "", true));

        // No network of the client, the client's own, one without gateways, none at all.
        Assert.Equal(4, Of(mesh.Endpoints(Bookinfo.ReviewsRoutes)).Count);
        Assert.Equal(["10.1.0.1:9080 w1", "10.8.0.1:9080 w1"], Of(mesh.Endpoints(Bookinfo.ReviewsRoutes, East with { Network = "west" })).Where(text => text.StartsWith("10.1", StringComparison.Ordinal) || text.StartsWith("10.8", StringComparison.Ordinal)));
        Assert.Equal(["10.0.0.1:9080 w2", "10.8.0.1:9080 w2", "10.9.0.1:9080 w2", "192.0.2.1:15443 w1", "192.0.2.2:15443 w1"], Of(mesh.Endpoints(Bookinfo.ReviewsRoutes, East)));
    }

    [Fact]
    public void Endpoints_OfALaneInASubsetThatDoesNotSelectThem_StayGuestsAndAreNotCountedBehindGateways()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets, Networks).With(
            Process("v1", "10.0.0.1", "east"), Process("v1", "10.1.0.1", "west"), Process("v9", "10.0.0.9", "east", lane: "blue"), Process("v9", "10.1.0.9", "west", lane: "blue"));

        var assignment = mesh.Endpoints($"outbound|9080|v1|{Bookinfo.Reviews}", East)!;

        Assert.Equal(["10.0.0.1:9080 w2", "10.0.0.9:9080 w2", "192.0.2.1:15443 w1", "192.0.2.2:15443 w1"], Of(assignment));
        var guest = Assert.Single(Endpoints(assignment), endpoint => endpoint.Metadata.FilterMetadata.ContainsKey("mesh"));
        Assert.True(guest.Metadata.FilterMetadata["mesh"].Fields["lane_guest"].BoolValue);

        static WorkloadInstance Process(string version, string address, string network, string? lane = null) => Bookinfo.Process("reviews", version, 9080, address) with
        {
            Network = network,
            Labels = lane is null
                ? Bookinfo.Map(("app", "reviews"), ("version", version), ("security.istio.io/tlsMode", "istio"))
                : Bookinfo.Map(("app", "reviews"), ("version", version), ("security.istio.io/tlsMode", "istio"), ("lane", lane)),
        };
    }

    private static GeneratedMesh Mesh(params (string Address, string Network, bool TakesTls)[] processes) => new GeneratedMesh(Bookinfo.Services, Networks).With(
    [
        .. processes.Select(process => Bookinfo.Process("reviews", "v1", 9080, process.Address) with
        {
            Network = process.Network,
            Labels = process.TakesTls ? Bookinfo.Map(("app", "reviews"), ("security.istio.io/tlsMode", "istio")) : Bookinfo.Map(("app", "reviews")),
        }),
    ]);

    private static IEnumerable<LbEndpoint> Endpoints(ClusterLoadAssignment assignment) => assignment.Endpoints.SelectMany(locality => locality.LbEndpoints);

    private static List<string> Of(ClusterLoadAssignment? assignment) =>
    [
        .. Endpoints(assignment!).Select(endpoint =>
            $"{endpoint.Endpoint.Address.SocketAddress.Address}:{endpoint.Endpoint.Address.SocketAddress.PortValue} w{endpoint.LoadBalancingWeight}").Order(StringComparer.Ordinal),
    ];
}
