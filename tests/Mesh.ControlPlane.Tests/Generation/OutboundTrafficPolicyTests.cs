using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class OutboundTrafficPolicyTests
{
    private const string RegistryOnly = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}";
    private const string AllowAny = "outboundTrafficPolicy: {mode: ALLOW_ANY}";

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(AllowAny, null, false)]
    [InlineData(RegistryOnly, null, true)]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}", null, false)]
    [InlineData(null, RegistryOnly, true)]
    [InlineData(RegistryOnly, AllowAny, false)]
    [InlineData(AllowAny, RegistryOnly, true)]
    public void Generate_UnknownHost_FollowsTheSidecarElseTheMesh(string? mesh, string? sidecar, bool blocked)
    {
        var listener = Mesh(mesh, sidecar).Listener("api.example.com:443");

        if (!blocked)
        {
            Assert.Null(listener);
            return;
        }

        Assert.Equal("api.example.com:443", listener!.Name);
        var host = Assert.Single(RoutesOf(listener).VirtualHosts);
        Assert.Equal(("block_all", "*"), (host.Name, Assert.Single(host.Domains)));
        Assert.Equal(502u, Assert.Single(host.Routes).DirectResponse.Status);
        Assert.Equal("BlackHoleCluster", ConnectionClusterOf(listener));
    }

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]:8080")]
    public void Generate_OwnMachine_IsNeverBlocked(string name) => Assert.Null(Mesh(RegistryOnly, null).Listener(name));

    [Fact]
    public void Generate_UnknownPortOfAService_IsBlocked() => Assert.NotNull(Mesh(RegistryOnly, null).Listener("reviews:1234"));

    [Fact]
    public void Generate_KnownHost_IsNotBlocked() => Assert.Null(ManagerOf(Mesh(RegistryOnly, null).Listener("reviews:9080")!).RouteConfig);

    [Fact]
    public void Generate_ForGrpc_AnUnknownHostDoesNotExist() =>
        Assert.Null(Mesh(RegistryOnly, null).Listener("api.example.com:443", GeneratedMesh.Grpc));

    [Fact]
    public void Generate_EgressProxy_TakesWhatIsUnknown()
    {
        var mesh = Mesh(null, "outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: ratings.default.svc.cluster.local, port: {number: 9080}}}");

        var route = RoutesOf(mesh.Listener("api.example.com:443")!).VirtualHosts[0].Routes[0];
        Assert.Equal("outbound|9080||ratings.default.svc.cluster.local", route.Route_.Cluster);
        Assert.NotNull(mesh.Cluster(route.Route_.Cluster));
        Assert.Equal(route.Route_.Cluster, ConnectionClusterOf(mesh.Listener("api.example.com:443")!));
    }

    [Fact]
    public void Generate_SidecarOfAnotherWorkload_DoesNotHold()
    {
        var mesh = Mesh(null, RegistryOnly + "\nworkloadSelector: {labels: {app: other}}");

        Assert.Null(mesh.Listener("api.example.com:443"));
        Assert.NotNull(mesh.Listener("api.example.com:443", GeneratedMesh.MeshClient with { Labels = "app=other" }));
    }

    private static GeneratedMesh Mesh(string? settings, string? sidecar)
    {
        var mesh = new GeneratedMesh(Bookinfo.Services);
        if (settings is not null)
        {
            mesh.Apply(MeshYaml.Settings(settings));
        }

        return sidecar is null ? mesh : mesh.Apply(MeshYaml.Sidecar("policy", sidecar));
    }

    private static string ConnectionClusterOf(Listener listener) =>
        Assert.Single(listener.DefaultFilterChain.Filters).TypedConfig.Unpack<Mesh.Protocol.Envoy.Filters.Tcp.TcpProxy>().Cluster;

    private static RouteConfiguration RoutesOf(Listener listener) => ManagerOf(listener).RouteConfig;

    private static HttpConnectionManager ManagerOf(Listener listener) => listener.ApiListener.ApiListener_.Unpack<HttpConnectionManager>();
}
