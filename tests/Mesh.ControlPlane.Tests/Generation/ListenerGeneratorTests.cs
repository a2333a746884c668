using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class ListenerGeneratorTests
{
    [Theory]
    [InlineData("reviews:9080")]
    [InlineData("Reviews:9080")]
    [InlineData("reviews.default:9080")]
    [InlineData("reviews.default.svc:9080")]
    [InlineData("reviews.default.svc.cluster.local:9080")]
    [InlineData("reviews.default.svc.cluster.local.:9080")]
    [InlineData("reviews")]
    public void Generate_EveryWayToNameAService_LeadsToItsRoutesUnderTheNameAskedFor(string name)
    {
        var listener = new GeneratedMesh(Bookinfo.Services).Listener(name)!;

        Assert.Equal(name, listener.Name);
        var manager = listener.ApiListener.ApiListener_.Unpack<HttpConnectionManager>();
        Assert.Equal(Bookinfo.ReviewsRoutes, manager.Rds.RouteConfigName);
        Assert.NotNull(manager.Rds.ConfigSource.Ads);
        Assert.Equal(["envoy.filters.http.fault", "envoy.filters.http.router"], manager.HttpFilters.Select(filter => filter.Name));
    }

    [Theory]
    [InlineData("reviews:9081")]
    [InlineData("unknown:9080")]
    [InlineData("reviews.other:9080")]
    [InlineData("reviews:x")]
    [InlineData(":9080")]
    [InlineData("")]
    public void Generate_UnknownName_IsNothing(string name) => Assert.Null(new GeneratedMesh(Bookinfo.Services).Listener(name));

    [Fact]
    public void Generate_ServiceNotExported_IsSeenInItsOwnNamespaceOnly()
    {
        var mesh = new GeneratedMesh(Bookinfo.Service("reviews").Replace("{ name: reviews }", "{ name: reviews, annotations: { networking.istio.io/exportTo: '.' } }", StringComparison.Ordinal));

        Assert.NotNull(mesh.Listener("reviews:9080"));
        Assert.Null(mesh.Listener("reviews.default:9080", GeneratedMesh.MeshClient with { Namespace = "other", DnsDomain = "other.svc.cluster.local" }));
    }

    [Theory]
    [InlineData("xds.istio.io/grpc/lds/inbound/127.0.0.1:18101", "127.0.0.1", 18101u)]
    [InlineData("xds.istio.io/grpc/lds/inbound/[::]:8076", "::", 8076u)]
    public void Generate_Inbound_LetsAServerStartInPlaintext(string name, string address, uint port)
    {
        var listener = new GeneratedMesh().Listener(name, GeneratedMesh.Grpc)!;

        Assert.Equal((address, port), (listener.Address.SocketAddress.Address, listener.Address.SocketAddress.PortValue));
        var manager = Assert.Single(Assert.Single(listener.FilterChains).Filters).TypedConfig.Unpack<HttpConnectionManager>();
        Assert.NotNull(Assert.Single(Assert.Single(manager.RouteConfig.VirtualHosts).Routes).NonForwardingAction);
        Assert.Null(new GeneratedMesh().Listener("xds.istio.io/grpc/lds/inbound/nonsense", GeneratedMesh.Grpc));
    }

    [Fact]
    public void NamesOf_Wildcard_ListsVisibleServicesAndSubsets()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets);

        var listeners = mesh.Generator.NamesOf(mesh.State, GeneratedMesh.MeshClient, XdsTypeUrl.Listener);
        var clusters = mesh.Generator.NamesOf(mesh.State, GeneratedMesh.MeshClient, XdsTypeUrl.Cluster);

        Assert.Equal(["details", "productpage", "ratings", "reviews"], listeners.Select(name => name.Split('.')[0]));
        Assert.Equal(7, clusters.Count);
        Assert.All(clusters, name => Assert.NotNull(mesh.Cluster(name)));
        Assert.All(listeners, name => Assert.NotNull(mesh.Listener(name)));
        Assert.Empty(mesh.Generator.NamesOf(mesh.State, GeneratedMesh.MeshClient, XdsTypeUrl.RouteConfiguration));
    }
}
