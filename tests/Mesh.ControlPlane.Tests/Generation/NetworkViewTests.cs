using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;

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
    public void Endpoints_OfSeveralLocalitiesBehindOneGateway_AreThatGatewayOnceWhereTheNearestIs()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Networks).With(
            Process("10.0.0.1", "east", "eu/a"), Process("10.1.0.1", "west", "asia/a"), Process("10.1.0.2", "west", "eu/b"), Process("10.1.0.3", "west", "eu/c"));

        // Clients refuse an assignment in which an address is there twice.
        var assignment = mesh.Endpoints(Bookinfo.ReviewsRoutes, East with { Locality = "eu/a" })!;

        Assert.Equal(["10.0.0.1:9080 w2", "192.0.2.1:15443 w3", "192.0.2.2:15443 w3"], Of(assignment));
        Assert.Equal(["a", "b"], assignment.Endpoints.Select(locality => locality.Locality.Zone));
        Assert.Equal("asia", mesh.Endpoints(Bookinfo.ReviewsRoutes, East with { Locality = "asia/z" })!.Endpoints[0].Locality.Region);
    }

    [Fact]
    public void Endpoints_OfTwoClustersBehindOneGatewayAddress_AreThatGatewayOnce()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Networks).With(Process("10.1.0.1", "west", "") with { Cluster = "one" }, Process("10.1.0.2", "west", "") with { Cluster = "two" });
        var state = mesh.State;
        NetworkGateway[] gateways = [new("west", "one", "192.0.2.9", 15443), new("west", "two", "192.0.2.9", 15443)];
        var made = mesh.Generator.Generate(state with { Registry = state.Registry with { Gateways = [.. gateways] } }, East, XdsTypeUrl.ClusterLoadAssignment, Bookinfo.ReviewsRoutes)!;

        Assert.Equal(["192.0.2.9:15443 w4"], Of(ClusterLoadAssignment.Parser.ParseFrom(made.Payload)));
    }

    [Fact]
    public void Endpoints_OfALocalityThatIsWrittenInTwoWays_AreInOne()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services).With(Process("10.0.0.1", "", "eu/a"), Process("10.0.0.2", "", "eu/a/"));

        Assert.Equal(2, Assert.Single(mesh.Endpoints(Bookinfo.ReviewsRoutes)!.Endpoints).LbEndpoints.Count);
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

    private static WorkloadInstance Process(string address, string network, string locality) => Bookinfo.Process("reviews", "v1", 9080, address) with
    {
        Network = network,
        Locality = locality,
        Labels = Bookinfo.Map(("app", "reviews"), ("security.istio.io/tlsMode", "istio")),
    };

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
