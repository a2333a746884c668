using Mesh.ControlPlane.Tests.Registry;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Hosts that no registry knows and a VirtualService speaks of.</summary>
public sealed class UnregisteredHostTests
{
    [Theory]
    [InlineData("[shop.example.com]", "shop.example.com:80", "outbound|80||shop.example.com")]
    [InlineData("[shop.example.com]", "shop.example.com:8080", null)]
    [InlineData("[shop.example.com, reviews]", "shop.example.com:9080", "outbound|9080||shop.example.com")]
    [InlineData("[shop.example.com, reviews]", "shop.example.com:80", null)]
    [InlineData("['*.example.com']", "shop.example.com:80", "outbound|80||shop.example.com")]
    [InlineData("['*.example.com']", "example.com:80", null)]
    [InlineData("[shop]", "shop:80", "outbound|80||shop.default.svc.cluster.local")]
    [InlineData("[shop]", "shop.default:80", "outbound|80||shop.default.svc.cluster.local")]
    [InlineData("[shop]", "shop.other:80", null)]
    public void Generate_HostOfAVirtualService_HasRoutesWhereIstiodMakesThem(string hosts, string asked, string? routes)
    {
        var mesh = Mesh(hosts);

        var listener = mesh.Listener(asked);
        Assert.Equal(routes is not null, listener is not null);
        if (routes is not null)
        {
            var host = Assert.Single(mesh.Routes(routes)!.VirtualHosts);
            Assert.Contains(asked.Split(':')[0], host.Domains);
            Assert.Equal("outbound|9080||reviews.default.svc.cluster.local", Assert.Single(host.Routes).Route_.Cluster);
            Assert.Null(mesh.Cluster(routes));
        }
    }

    [Fact]
    public void Generate_ForGrpc_AHostWithoutAServiceDoesNotExist() => Assert.Null(Mesh("[shop.example.com]").Listener("shop.example.com:80", GeneratedMesh.Grpc));

    [Fact]
    public void Generate_RulesForOthersOnly_LeaveNoRoute()
    {
        var mesh = new GeneratedMesh(
            Bookinfo.Services,
            MeshYaml.VirtualService("shop", "hosts: [shop.example.com]\nhttp: [{match: [{sourceLabels: {app: other}}], route: [{destination: {host: reviews}}]}]"));

        Assert.Empty(mesh.Routes("outbound|80||shop.example.com")!.VirtualHosts);
    }

    [Fact]
    public void Generate_RegistryOnly_DoesNotBlockIt()
    {
        var mesh = Mesh("[shop.example.com]").Apply(MeshYaml.Settings("outboundTrafficPolicy: {mode: REGISTRY_ONLY}"));

        Assert.NotEmpty(mesh.Routes("outbound|80||shop.example.com")!.VirtualHosts);
        Assert.Empty(mesh.Logs.Entries);
    }

    private static GeneratedMesh Mesh(string hosts) => new(
        Bookinfo.Services, MeshYaml.VirtualService("shop", $"hosts: {hosts}\nhttp: [{{route: [{{destination: {{host: reviews}}}}]}}]"));
}
