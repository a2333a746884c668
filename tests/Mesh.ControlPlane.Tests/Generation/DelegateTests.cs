using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class DelegateTests
{
    [Fact]
    public void Resolve_SeveralDelegates_StandInTheOrderOfTheRoot()
    {
        var routes = Routes(
            Root("[{name: r, match: [{uri: {prefix: /a}}], delegate: {name: a}}, {name: own, match: [{uri: {prefix: /own}}], route: [{destination: {host: ratings}}]}, {match: [{uri: {prefix: /b}}], delegate: {name: b, namespace: other}}]"),
            Delegate("a", "[{name: d1, match: [{uri: {prefix: /a/1}}], route: [{destination: {host: details}}]}, {name: d2, route: [{destination: {host: reviews}}]}]"),
            Delegate("b", "[{name: d3, route: [{destination: {host: ratings}}]}]", "other"));

        Assert.Equal(["r-d1", "r-d2", "own", "d3"], routes.Select(route => route.Name));
        Assert.Equal(["/a/1", "/a", "/own", "/b"], routes.Select(route => route.Match.Prefix));

        // Short names are those of the delegate's own namespace.
        Assert.Equal("outbound|9080||ratings.other.svc.cluster.local", routes[3].Route_.Cluster);
        Assert.Equal("outbound|9080||ratings.default.svc.cluster.local", routes[2].Route_.Cluster);
    }

    [Theory]
    [InlineData("uri: {prefix: /a}", "uri: {prefix: /a/b}", true)]
    [InlineData("uri: {prefix: /a}", "uri: {exact: /a/b}", true)]
    [InlineData("uri: {prefix: /a}", "uri: {prefix: /b}", false)]
    [InlineData("uri: {prefix: /a/b}", "uri: {prefix: /a}", false)]
    [InlineData("uri: {exact: /a}", "uri: {exact: /a}", true)]
    [InlineData("uri: {exact: /a}", "uri: {exact: /b}", false)]
    [InlineData("uri: {exact: /a}", "uri: {prefix: /a}", false)]
    [InlineData("uri: {regex: /a.*}", "uri: {exact: /a}", false)]
    [InlineData("uri: {prefix: /a}", "uri: {regex: /a.*}", false)]
    [InlineData("uri: {regex: /a.*}", "headers: {x: {exact: w}}", true)]
    [InlineData("headers: {x: {exact: w}}", "headers: {x: {exact: z}}", false)]
    [InlineData("headers: {x: {exact: w}}", "headers: {w: {exact: z}}", true)]
    [InlineData("withoutHeaders: {x: {exact: w}}", "withoutHeaders: {x: {exact: z}}", false)]
    [InlineData("queryParams: {x: {exact: w}}", "queryParams: {x: {exact: z}}", false)]
    [InlineData("method: {exact: GET}", "method: {exact: PUT}", false)]
    [InlineData("scheme: {exact: http}", "authority: {exact: a}", true)]
    [InlineData("port: 9080", "port: 9081", false)]
    [InlineData("port: 9080", "uri: {prefix: /}", true)]
    [InlineData("ignoreUriCase: true, uri: {prefix: /a}", "uri: {prefix: /a}", false)]
    [InlineData("sourceNamespace: default", "sourceNamespace: other", false)]
    [InlineData("sourceNamespace: default", "sourceNamespace: default", true)]
    [InlineData("sourceLabels: {app: productpage}", "sourceLabels: {app: other}", false)]
    [InlineData("sourceLabels: {app: productpage}", "sourceLabels: {version: v1}", true)]
    [InlineData("gateways: [mesh]", "gateways: [edge]", false)]
    [InlineData("gateways: [mesh, edge]", "gateways: [mesh]", true)]
    public void Merge_Matches_DropsTheRuleThatIsNotWithinTheRoot(string root, string own, bool kept)
    {
        var routes = Routes(
            Root($"[{{match: [{{{root}}}], delegate: {{name: a}}}}, {{name: rest, route: [{{destination: {{host: reviews}}}}]}}]"),
            Delegate("a", $"[{{name: d, match: [{{{own}}}], route: [{{destination: {{host: details}}}}]}}]"));

        Assert.Equal(kept ? "d" : "rest", routes[0].Name);
    }

    [Fact]
    public void Merge_Alternatives_AreJoinedEachWithEach()
    {
        var routes = Routes(
            Root("[{match: [{name: m1, uri: {prefix: /a}}, {name: m2, headers: {x: {exact: w}}}], delegate: {name: a}}]"),
            Delegate("a", "[{match: [{name: n1, uri: {prefix: /a/1}}, {name: n2, uri: {prefix: /b}}], route: [{destination: {host: details}}]}]"));

        Assert.Equal(["m1-n1", "m2-n1", "m2-n2"], routes.Select(route => route.Name));
        Assert.Equal(["/a/1 0", "/a/1 1", "/b 1"], routes.Select(route => $"{route.Match.Prefix} {route.Match.Headers.Count}"));
    }

    [Fact]
    public void Merge_UnsetFields_ComeFromTheRoot()
    {
        var routes = Routes(
            Root("[{timeout: 5s, retries: {attempts: 7}, fault: {abort: {httpStatus: 500, percentage: {value: 1}}}, rewrite: {uri: /r}, headers: {request: {set: {h: root}}}, mirror: {host: ratings}, mirrorPercentage: {value: 10}, delegate: {name: a}}]"),
            Delegate("a", "[{match: [{uri: {prefix: /x}}], timeout: 1s, route: [{destination: {host: details}}]}, {retries: {attempts: 1}, headers: {request: {set: {h: own}}}, route: [{destination: {host: details}}]}]"));

        Assert.Equal([1L, 5L], routes.Select(route => route.Route_.Timeout.Seconds));
        Assert.Equal([7u, 1u], routes.Select(route => route.Route_.RetryPolicy.NumRetries!.Value));
        Assert.All(routes, route => Assert.Contains("envoy.filters.http.fault", route.TypedPerFilterConfig.Keys));
        Assert.Equal(["root", "own"], routes.Select(route => route.RequestHeadersToAdd[0].Header.Value));
        Assert.All(routes, route => Assert.Equal(100_000u, Assert.Single(route.Route_.RequestMirrorPolicies).RuntimeFraction.DefaultValue.Numerator));
    }

    [Theory]
    [InlineData("", "default", true)]
    [InlineData("exportTo: ['.']", "other", false)]
    [InlineData("exportTo: [default]", "other", true)]
    [InlineData("exportTo: ['*']", "other", true)]
    [InlineData("exportTo: [third]", "other", false)]
    public void Resolve_DelegateNotExportedToTheRoot_DropsTheRuleAndTells(string exportTo, string @namespace, bool kept)
    {
        var mesh = Mesh(
            Root($"[{{match: [{{uri: {{prefix: /a}}}}], delegate: {{name: a, namespace: {@namespace}}}}}, {{name: rest, route: [{{destination: {{host: reviews}}}}]}}]"),
            Delegate("a", "[{name: d, route: [{destination: {host: details}}]}]", @namespace, exportTo));

        Assert.Equal(kept ? ["d", "rest"] : ["rest"], mesh.ReviewsRoutes().Select(route => route.Name));
        Assert.Equal(kept ? 0 : 1, mesh.Logs.Entries.Count(entry => entry.EventName == "FieldLeftOut"));
    }

    [Fact]
    public void Resolve_MeshDefaultExportTo_HoldsForDelegates()
    {
        var mesh = Mesh(
            MeshYaml.Settings("defaultVirtualServiceExportTo: ['.']"),
            Root("[{match: [{uri: {prefix: /a}}], delegate: {name: a, namespace: other}}, {name: rest, route: [{destination: {host: reviews}}]}]"),
            Delegate("a", "[{name: d, route: [{destination: {host: details}}]}]", "other"));

        Assert.Equal(["rest"], mesh.ReviewsRoutes().Select(route => route.Name));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("reviews")]
    public void Resolve_NoSuchDelegate_DropsTheRuleAlone(string name)
    {
        var mesh = Mesh(Root($"[{{match: [{{uri: {{prefix: /a}}}}], delegate: {{name: {name}}}}}, {{name: rest, route: [{{destination: {{host: reviews}}}}]}}]"));

        Assert.Equal(["rest"], mesh.ReviewsRoutes().Select(route => route.Name));
        Assert.Contains(mesh.Logs.Entries, entry => entry.Message.Contains($"delegate default/{name}", StringComparison.Ordinal));
    }

    [Fact]
    public void Resolve_OneDelegateForTwoRoots_IsMergedIntoEach()
    {
        var mesh = Mesh(
            Root("[{timeout: 1s, delegate: {name: a}}]"),
            MeshYaml.VirtualService("details", "hosts: [details]\nhttp: [{timeout: 2s, delegate: {name: a}}]"),
            Delegate("a", "[{route: [{destination: {host: reviews}}]}]"));

        Assert.Equal(1, mesh.ReviewsRoutes()[0].Route_.Timeout.Seconds);
        Assert.Equal(2, mesh.Routes("outbound|9080||details.default.svc.cluster.local")!.VirtualHosts[0].Routes[0].Route_.Timeout.Seconds);
    }

    private static IReadOnlyList<Route> Routes(params string[] yaml) => Mesh(yaml).ReviewsRoutes();

    private static GeneratedMesh Mesh(params string[] yaml) => new([Bookinfo.Services, .. yaml]);

    private static string Root(string http) => MeshYaml.VirtualService("reviews", $"hosts: [reviews]\nhttp: {http}");

    private static string Delegate(string name, string http, string @namespace = "default", string more = "") =>
        MeshYaml.VirtualService(name, $"{more}\nhttp: {http}", @namespace);
}
