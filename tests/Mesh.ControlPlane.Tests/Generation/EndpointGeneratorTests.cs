using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class EndpointGeneratorTests
{
    private static string External(string resolution, string host = "api.example.com") => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: external }
        spec: { hosts: ['{{host}}'], resolution: {{resolution}}, ports: [{ number: 80, name: http, protocol: HTTP }] }
        """;

    [Theory]
    [InlineData("", "40001,40002,40003")]
    [InlineData("v2", "40002")]
    [InlineData("unknown", "")]
    public void Generate_Subset_SelectsByLabels(string subset, string ports)
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets)
            .With(Bookinfo.Process("reviews", "v3", 40003), Bookinfo.Process("reviews", "v1", 40001), Bookinfo.Process("reviews", "v2", 40002));

        Assert.Equal(ports, string.Join(',', PortsOf(mesh.Endpoints($"outbound|9080|{subset}|{Bookinfo.Reviews}")!)));
    }

    [Fact]
    public void Generate_States_DrainingIsMarkedAndNotReadyLeftOut()
    {
        var assignment = new GeneratedMesh(Bookinfo.Services).With(
            Bookinfo.Process("reviews", "v1", 40001),
            Bookinfo.Process("reviews", "v2", 40002) with { State = EndpointState.Draining },
            Bookinfo.Process("reviews", "v3", 40003) with { State = EndpointState.NotReady }).Endpoints(Bookinfo.ReviewsRoutes)!;

        Assert.Equal([HealthStatus.Healthy, HealthStatus.Draining], Assert.Single(assignment.Endpoints).LbEndpoints.Select(endpoint => endpoint.HealthStatus));
    }

    [Fact]
    public void Generate_Localities_AreSortedAndWeighted()
    {
        var assignment = new GeneratedMesh(Bookinfo.Services).With(
            Bookinfo.Process("reviews", "v1", 40001) with { Locality = "us/b" },
            Bookinfo.Process("reviews", "v2", 40002) with { Locality = "eu/a/1" },
            Bookinfo.Process("reviews", "v3", 40003) with { Locality = "us/b" }).Endpoints(Bookinfo.ReviewsRoutes)!;

        Assert.Equal(
            [(new Locality { Region = "eu", Zone = "a", SubZone = "1" }, 1u), (new Locality { Region = "us", Zone = "b" }, 2u)],
            assignment.Endpoints.Select(locality => (locality.Locality, locality.LoadBalancingWeight!.Value)));
        Assert.All(assignment.Endpoints, locality => Assert.Equal(0u, locality.Priority));
    }

    [Fact]
    public void Generate_SameAddressTwice_IsSentOnce()
    {
        var process = Bookinfo.Process("reviews", "v1", 40001);
        var mesh = new GeneratedMesh(Bookinfo.Services).With(process with { NodeId = "a", State = EndpointState.Draining }, process with { NodeId = "b" });

        var endpoint = Assert.Single(Assert.Single(mesh.Endpoints(Bookinfo.ReviewsRoutes)!.Endpoints).LbEndpoints);
        Assert.Equal(HealthStatus.Healthy, endpoint.HealthStatus);
        Assert.Equal("reviews-v1;default;reviews;v1;", endpoint.Metadata.FilterMetadata["istio"].Fields["workload"].StringValue);
    }

    [Fact]
    public void Generate_WorkloadOfALane_IsAGuestInSubsetsThatDoNotSelectIt()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets).With(Bookinfo.Process("reviews", "v1", 40001), InLane("v9", 40009));

        var lane = Assert.Single(mesh.Endpoints($"outbound|9080|v1|{Bookinfo.Reviews}")!.Endpoints).LbEndpoints[1].Metadata.FilterMetadata["mesh"].Fields;
        Assert.Equal(("blue", true), (lane["lane"].StringValue, lane["lane_guest"].BoolValue));
        var member = Assert.Single(mesh.Endpoints(Bookinfo.ReviewsRoutes)!.Endpoints).LbEndpoints[1].Metadata.FilterMetadata["mesh"].Fields;
        Assert.Equal("blue", member["lane"].StringValue);
        Assert.False(member.ContainsKey("lane_guest"));
    }

    [Fact]
    public void Generate_WorkloadOfALane_IsHiddenFromClientsThatKnowNoLanes()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets).With(Bookinfo.Process("reviews", "v1", 40001), InLane("v1", 40009));

        Assert.Equal([40001], PortsOf(mesh.Endpoints(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!));
    }

    private static WorkloadInstance InLane(string version, int port)
    {
        var process = Bookinfo.Process("reviews", version, port);
        return process with { Labels = process.Labels.SetItem("lane", "blue") };
    }

    [Fact]
    public void Generate_NoEndpoints_IsAnAssignmentWithItsNameOnly()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services);

        Assert.Equal(new ClusterLoadAssignment { ClusterName = Bookinfo.ReviewsRoutes }, mesh.Endpoints(Bookinfo.ReviewsRoutes));
        Assert.Null(mesh.Endpoints("outbound|9080||unknown.default.svc.cluster.local"));
    }

    [Theory]
    [InlineData("DNS")]
    [InlineData("NONE")]
    public void Generate_NamedHost_IsAnEndpointForMeshClientAndLogicalDnsForGrpc(string resolution)
    {
        var mesh = new GeneratedMesh(External(resolution));
        const string Name = "outbound|80||api.example.com";

        var endpoint = Assert.Single(Assert.Single(mesh.Endpoints(Name)!.Endpoints).LbEndpoints);
        Assert.Equal(("api.example.com", 80u), (endpoint.Endpoint.Address.SocketAddress.Address, endpoint.Endpoint.Address.SocketAddress.PortValue));
        Assert.Empty(mesh.Endpoints(Name, GeneratedMesh.Grpc)!.Endpoints);
        var cluster = mesh.Cluster(Name, GeneratedMesh.Grpc)!;
        Assert.Equal(Mesh.Protocol.Envoy.Cluster.Cluster.Types.DiscoveryType.LogicalDns, cluster.Type);
        Assert.Equal("api.example.com", cluster.LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress.Address);
    }

    [Fact]
    public void Generate_WildcardHost_ServesTheConcreteName()
    {
        var mesh = new GeneratedMesh(External("NONE", "*.example.com"));

        Assert.Equal("foo.example.com:80", mesh.Listener("foo.example.com:80")!.Name);
        var host = Assert.Single(mesh.Routes("outbound|80||foo.example.com")!.VirtualHosts);
        Assert.Contains("foo.example.com", host.Domains);
        Assert.Equal("outbound|80||foo.example.com", host.Routes[0].Route_.Cluster);
        var endpoint = mesh.Endpoints("outbound|80||foo.example.com")!.Endpoints[0].LbEndpoints[0];
        Assert.Equal("foo.example.com", endpoint.Endpoint.Address.SocketAddress.Address);
        Assert.Null(mesh.Listener("example.com:80"));
    }

    private static IEnumerable<uint> PortsOf(ClusterLoadAssignment assignment) =>
        assignment.Endpoints.SelectMany(locality => locality.LbEndpoints).Select(endpoint => endpoint.Endpoint.Address.SocketAddress.PortValue);
}
