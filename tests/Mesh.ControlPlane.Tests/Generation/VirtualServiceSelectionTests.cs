using Mesh.ControlPlane.Tests.Registry;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class VirtualServiceSelectionTests
{
    [Fact]
    public void Select_TwoForOneHost_TakesTheOldest() => Assert.Equal("a", First(Rule("a", "[reviews]"), Rule("b", "[reviews]")));

    [Fact]
    public void Select_PrivateToTheClient_GoesBeforeAnOlderPublicOne() =>
        Assert.Equal("b", First(Rule("a", "[reviews]"), Rule("b", "[reviews]", "exportTo: ['.']")));

    [Fact]
    public void Select_ExactHost_GoesBeforeAnOlderWildcard() =>
        Assert.Equal("b", First(Rule("a", "['*.default.svc.cluster.local']"), Rule("b", "[reviews]")));

    [Fact]
    public void Select_Wildcards_TakesTheMostSpecific() =>
        Assert.Equal("b", First(Rule("a", "['*.svc.cluster.local']"), Rule("b", "['*.default.svc.cluster.local']")));

    [Fact]
    public void Select_ForAGatewayOnly_IsNotForTheMesh() =>
        Assert.Equal("b", First(Rule("a", "[reviews]", "gateways: [edge]"), Rule("b", "[reviews]", "gateways: [edge, mesh]")));

    [Fact]
    public void Select_NotExportedToTheClient_IsNotSeen() =>
        Assert.Equal("b", First(Rule("a", "[reviews]", "exportTo: [other]"), Rule("b", "[reviews]")));

    [Fact]
    public void Select_ShortHostOfOtherNamespace_MeansAServiceThere() =>
        Assert.Equal("default", First(Rule("a", "[reviews]", "", "other")));

    [Fact]
    public void Select_ExportedToTheClientByName_GoesBeforeAnOlderPublicOne() =>
        Assert.Equal("b", First(Rule("a", "[reviews]"), Rule("b", $"[{Bookinfo.Reviews}]", "exportTo: [default]", "other")));

    [Fact]
    public void Select_PrivateToTheClient_GoesBeforeOneThatIsExportedByName() =>
        Assert.Equal("b", First(Rule("a", $"[{Bookinfo.Reviews}]", "exportTo: [default]", "other"), Rule("b", "[reviews]", "exportTo: ['.']")));

    [Fact]
    public void Select_PrivateToAnotherNamespace_IsNotSeen() =>
        Assert.Equal("default", First(Rule("a", $"[{Bookinfo.Reviews}]", "exportTo: ['.']", "other")));

    [Fact]
    public void Select_FullHostOfOtherNamespace_MeansTheServiceHere() =>
        Assert.Equal("a", First(Rule("a", $"[{Bookinfo.Reviews}]", "", "other")));

    [Fact]
    public void Select_OneOfSeveralHosts_IsEnough() => Assert.Equal("a", First(Rule("a", "[details, reviews, shop.example.com]")));

    [Fact]
    public void Select_UpperCaseHost_MeansTheSame() => Assert.Equal("a", First(Rule("a", "[REVIEWS.default.svc.cluster.local]")));

    [Fact]
    public void Select_MeshDefaultExportTo_HoldsForThoseThatSayNothing() =>
        Assert.Equal("b", First(MeshYaml.Settings("defaultVirtualServiceExportTo: ['.']"), Rule("a", $"[{Bookinfo.Reviews}]", "", "other"), Rule("b", "[reviews]")));

    private static string First(params string[] rules) => new GeneratedMesh([Bookinfo.Services, .. rules]).ReviewsRoutes()[0].Name;

    private static string Rule(string name, string hosts, string more = "", string @namespace = "default") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: {{name}}, namespace: {{@namespace}} }
        spec:
          hosts: {{hosts}}
          {{more}}
          http: [{ name: {{name}}, route: [{ destination: { host: reviews } }] }]
        """;
}
