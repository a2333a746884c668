using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>A client in the namespace default; services a and b there, a and c in other, admin in istio-system.</summary>
public sealed class SidecarScopeTests
{
    private static readonly string[] Services =
    [
        MeshYaml.Service("a", "default"), MeshYaml.Service("b", "default"), MeshYaml.Service("a", "other"), MeshYaml.Service("c", "other", 9081),
        MeshYaml.Service("admin", "istio-system"),
        MeshYaml.ServiceEntry("ext", "hosts: [api.example.com, www.example.com]\nports: [{number: 80, name: http, protocol: HTTP}]\nresolution: DNS", "other"),
    ];

    [Theory]
    [InlineData("egress: [{hosts: ['*/*']}]", "a.default a.other admin.istio-system api.example.com b.default c.other www.example.com")]
    [InlineData("egress: [{hosts: ['./*']}]", "a.default b.default")]
    [InlineData("egress: [{hosts: ['~/*']}]", "")]
    [InlineData("egress: [{hosts: ['other/*']}]", "a.other api.example.com c.other www.example.com")]
    [InlineData("egress: [{hosts: ['./b.default.svc.cluster.local', 'other/*.example.com']}]", "api.example.com b.default www.example.com")]
    [InlineData("egress: [{hosts: ['*/api.example.com']}]", "api.example.com")]
    [InlineData("egress: [{hosts: ['*/*', '~other/*']}]", "a.default admin.istio-system b.default")]
    [InlineData("egress: [{hosts: ['other/*', '~other/www.example.com']}]", "a.other api.example.com c.other")]
    [InlineData("egress: [{hosts: ['third/*']}]", "")]
    [InlineData("egress: [{port: {number: 9081, protocol: HTTP, name: p}, hosts: ['*/*']}]", "c.other")]
    [InlineData("egress: [{port: {number: 9080, protocol: HTTP, name: p}, hosts: ['./a.default.svc.cluster.local']}, {hosts: ['other/*']}]", "a.default api.example.com c.other www.example.com")]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY}", "a.default a.other admin.istio-system api.example.com b.default c.other www.example.com")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTP, name: p}, defaultEndpoint: '127.0.0.1:80'}]", "a.default a.other admin.istio-system api.example.com b.default c.other www.example.com")]
    public void Scope_EgressHosts_AreTheListenersAndClustersOfTheClient(string spec, string expected)
    {
        var mesh = Mesh(MeshYaml.Sidecar("default", spec));

        Assert.Equal(expected, Names(mesh, XdsTypeUrl.Listener, ':', 0));
        Assert.Equal(expected, Names(mesh, XdsTypeUrl.Cluster, '|', 3));
        foreach (var host in new[] { "a.default", "c.other" })
        {
            var port = host == "c.other" ? 9081 : 9080;
            var seen = expected.Split(' ').Contains(host);
            Assert.Equal(seen, mesh.Listener($"{host}:{port}") is not null);
            Assert.Equal(seen, mesh.Routes($"outbound|{port}||{host}.svc.cluster.local") is not null);
            Assert.Equal(seen, mesh.Endpoints($"outbound|{port}||{host}.svc.cluster.local", GeneratedMesh.Grpc) is not null);
        }
    }

    [Theory]
    [InlineData("app=productpage,version=v1", "b.default")]
    [InlineData("app=other", "a.default")]
    public void Select_OwnSelector_GoesBeforeTheNamespaceAndTheRoot(string labels, string expected)
    {
        var mesh = Mesh(
            Importing("root", "admin.istio-system", "istio-system"), Importing("namespace", "a.default"),
            Importing("own", "b.default", more: "workloadSelector: {labels: {app: productpage}}\n"));

        Assert.Equal(expected, Names(mesh, XdsTypeUrl.Listener, ':', 0, GeneratedMesh.MeshClient with { Labels = labels }));
    }

    [Fact]
    public void Select_NoneInTheNamespace_TakesTheRootNamespaces()
    {
        var mesh = Mesh(
            Importing("selecting", "a.default", "istio-system", "workloadSelector: {labels: {app: productpage}}\n"),
            Importing("root", "admin.istio-system", "istio-system"), Importing("elsewhere", "c.other", "other"));

        Assert.Equal("admin.istio-system", Names(mesh, XdsTypeUrl.Listener, ':', 0));
    }

    [Fact]
    public void Select_OtherRootNamespace_IsTheOneOfTheMeshConfiguration()
    {
        var mesh = Mesh(
            MeshYaml.Settings("rootNamespace: other"),
            Importing("root", "admin.istio-system", "istio-system"), Importing("new", "c.other", "other"));

        Assert.Equal("c.other", Names(mesh, XdsTypeUrl.Listener, ':', 0));
    }

    [Fact]
    public void Select_TwoOfOneKind_TakesTheOldest()
    {
        var mesh = Mesh(Importing("z", "a.default"), Importing("a", "b.default"));

        Assert.Equal("a.default", Names(mesh, XdsTypeUrl.Listener, ':', 0));
    }

    [Fact]
    public void Scope_DestinationOfAnImportedVirtualService_IsReachedButNotCalled()
    {
        var mesh = Mesh(
            MeshYaml.Sidecar("default", "egress: [{hosts: ['./*']}]"),
            MeshYaml.VirtualService("a", "hosts: [a]\nhttp: [{route: [{destination: {host: c.other.svc.cluster.local}}]}]"));

        Assert.Equal("outbound|9081||c.other.svc.cluster.local", mesh.Routes("outbound|9080||a.default.svc.cluster.local")!.VirtualHosts[0].Routes[0].Route_.Cluster);
        Assert.NotNull(mesh.Cluster("outbound|9081||c.other.svc.cluster.local"));
        Assert.Null(mesh.Listener("c.other:9081"));
        Assert.Equal("a.default b.default c.other", Names(mesh, XdsTypeUrl.Cluster, '|', 3));
    }

    [Fact]
    public void Scope_VirtualServiceOfANamespaceThatIsNotImported_DoesNotApply()
    {
        var rule = MeshYaml.VirtualService("a", "hosts: [a.default.svc.cluster.local]\nhttp: [{name: far, route: [{destination: {host: a.default.svc.cluster.local}}]}]", "other");

        Assert.Equal("far", FirstRoute(Mesh(rule)));
        Assert.Equal("default", FirstRoute(Mesh(rule, MeshYaml.Sidecar("default", "egress: [{hosts: ['./*']}]"))));
        Assert.Equal("far", FirstRoute(Mesh(rule, MeshYaml.Sidecar("default", "egress: [{hosts: ['./*', 'other/a.default.svc.cluster.local']}]"))));
    }

    private static string FirstRoute(GeneratedMesh mesh) => mesh.Routes("outbound|9080||a.default.svc.cluster.local")!.VirtualHosts[0].Routes[0].Name;

    private static GeneratedMesh Mesh(params string[] yaml) => new([.. Services, .. yaml]);

    private static string Importing(string name, string host, string @namespace = "default", string more = "") =>
        MeshYaml.Sidecar(name, $"{more}egress: [{{hosts: ['*/{host}.svc.cluster.local']}}]", @namespace);

    private static string Names(GeneratedMesh mesh, string type, char separator, int part, ClientView? client = null) => string.Join(
        ' ',
        mesh.Generator.NamesOf(mesh.State, client ?? GeneratedMesh.MeshClient, type)
            .Select(name => name.Split(separator)[part].Replace(".svc.cluster.local", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
}
