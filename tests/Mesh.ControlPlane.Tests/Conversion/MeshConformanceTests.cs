using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Tests.Generation;
using Mesh.Testing;
using static Mesh.ControlPlane.Tests.Conversion.GatewayApiYaml;

namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>The mesh profile's cases (GAMMA), by their names in the conformance suite.</summary>
public sealed class MeshConformanceTests
{
    private const string Echo = "echo.default.svc.cluster.local";
    private const string ToEcho = "parentRefs: [{group: '', kind: Service, name: echo}]";

    private static readonly string Services = string.Join("---\n", Backends, MeshYaml.Service("echo", "default", 80), MeshYaml.Service("far", "web", 80));

    [Fact]
    public void MeshBasic_ServiceWithoutRoutes_IsCalledAsItIs() =>
        Assert.Equal("default", new GatewayApiMesh(Services, HttpGateway).Call(Echo, 80, new TestRequest("echo", "/")));

    [Theory]
    [InlineData("/v1", "v1:8080")]
    [InlineData("/v2", "v2:8080")]
    [InlineData("/v1example", "404")]
    [InlineData("/", "404")]
    public void MeshHTTPRouteMatching_UnmatchedRequests_Are404(string path, string expected)
    {
        var mesh = new GatewayApiMesh(Services, Route($"[{{matches: [{{path: {{value: /v1}}}}], {To("v1")}}}, {{matches: [{{path: {{type: Exact, value: /v2}}}}], {To("v2")}}}]", parents: ToEcho));

        Assert.Equal(expected, mesh.Call(Echo, 80, new TestRequest("echo", path)));
        Assert.Equal("True/Accepted", mesh.RouteCondition("Accepted"));
    }

    [Fact]
    public void MeshSplit_Weights_AreThoseOfTheRoute()
    {
        var mesh = new GatewayApiMesh(Services, Route("[{backendRefs: [{name: v1, port: 8080, weight: 90}, {name: v2, port: 8080, weight: 10}]}]", parents: ToEcho));

        Assert.Equal("v1:8080=90 v2:8080=10", mesh.Call(Echo, 80, new TestRequest("echo", "/")));
    }

    [Fact]
    public void MeshPorts_RouteOfOnePort_LeavesTheOthersAlone()
    {
        var service = MeshYaml.Service("echo", "default", 80).Replace("ports: [", "ports: [{port: 8080, name: http-alt}, ", StringComparison.Ordinal);
        var mesh = new GatewayApiMesh(
            Backends,
            service,
            Route($"[{{{To("v1")}}}]", "one", "parentRefs: [{group: '', kind: Service, name: echo, port: 80}]"));

        Assert.Equal(("v1:8080", "default"), (mesh.Call(Echo, 80, new TestRequest("echo", "/")), mesh.Call(Echo, 8080, new TestRequest("echo", "/"))));

        mesh.Apply(Route($"[{{{To("v2")}}}]", "two", "parentRefs: [{group: '', kind: Service, name: echo, port: 8080}]"));

        Assert.Equal(("v1:8080", "v2:8080"), (mesh.Call(Echo, 80, new TestRequest("echo", "/")), mesh.Call(Echo, 8080, new TestRequest("echo", "/"))));
    }

    [Fact]
    public void MeshPorts_PortThatTheServiceDoesNotHave_IsNoParent()
    {
        var mesh = new GatewayApiMesh(Services, Route($"[{{{To("v1")}}}]", parents: "parentRefs: [{group: '', kind: Service, name: echo, port: 81}]"));

        Assert.Equal("False/NoMatchingParent", mesh.RouteCondition("Accepted"));
        Assert.Empty(mesh.Services);
    }

    [Fact]
    public void MeshConsumerRoute_RouteOfTheCallersNamespace_IsForItsCallersAlone()
    {
        var mesh = new GatewayApiMesh(
            Services,
            Route($"[{{{To("v1")}}}]", "producer", ToEcho),
            Route("[{backendRefs: [{name: v2, namespace: default, port: 8080}]}]", "consumer", "parentRefs: [{group: '', kind: Service, name: echo, namespace: default}]", @namespace: "web"));

        Assert.Equal("v1:8080", mesh.Call(Echo, 80, new TestRequest("echo", "/")));
        Assert.Equal("v1:8080", mesh.Call(Echo, 80, new TestRequest("echo", "/"), "third"));
        Assert.Equal("v2:8080", mesh.Call(Echo, 80, new TestRequest("echo", "/"), "web"));
        Assert.Equal("True/ResolvedRefs", mesh.RouteCondition("ResolvedRefs", "consumer", @namespace: "web"));
    }

    [Fact]
    public void MeshConsumerRoute_CallersOfItsNamespace_AreGeneratedItsRoutes()
    {
        var mesh = new GeneratedMesh(
            Services,
            Route($"[{{{To("v1")}}}]", "producer", ToEcho),
            Route("[{backendRefs: [{name: v2, namespace: default, port: 8080}]}]", "consumer", "parentRefs: [{group: '', kind: Service, name: echo, namespace: default}]", @namespace: "web"));

        string ClusterFor(string @namespace) =>
            mesh.Routes($"outbound|80||{Echo}", GeneratedMesh.MeshClient with { Namespace = @namespace, DnsDomain = $"{@namespace}.svc.cluster.local" })!.VirtualHosts[0].Routes[0].Route_.Cluster;

        Assert.Equal("outbound|8080||v1.default.svc.cluster.local", ClusterFor("default"));
        Assert.Equal("outbound|8080||v2.default.svc.cluster.local", ClusterFor("web"));
    }

    [Fact]
    public void MeshFrontend_ParentThatIsNotThere_IsNoParent() =>
        Assert.Equal("False/NoMatchingParent", new GatewayApiMesh(Backends, Route($"[{{{To("v1")}}}]", parents: ToEcho)).RouteCondition("Accepted"));

    [Fact]
    public void MeshGRPCRouteWeight_Weights_AreThoseOfTheRoute()
    {
        var mesh = new GatewayApiMesh(Services, Of("GRPCRoute", "grpc", $"{ToEcho}\nrules: [{{backendRefs: [{{name: v1, port: 8080, weight: 70}}, {{name: v2, port: 8080, weight: 30}}]}}]"));

        Assert.Equal("v1:8080=70 v2:8080=30", mesh.Call(Echo, 80, new TestRequest("echo", "/a/b")));
    }

    [Fact]
    public void Generate_PathPrefix_IsOfWholeSegmentsAndBackendsThatAreNotThereAre500()
    {
        var mesh = new GeneratedMesh(Services, Route($"[{{matches: [{{path: {{value: /a/b}}}}, {{path: {{value: /c}}}}], {To("nobody")}}}]", parents: ToEcho));

        var routes = mesh.Routes($"outbound|80||{Echo}")!.VirtualHosts[0].Routes;
        var grpc = mesh.Routes($"outbound|80||{Echo}", GeneratedMesh.Grpc)!.VirtualHosts[0].Routes;

        Assert.Equal(["/a/b", "/c"], routes.Select(route => route.Match.PathSeparatedPrefix));
        Assert.All(routes, route => Assert.Equal("InternalServerError", route.Route_.ClusterNotFoundResponseCode.ToString()));
        Assert.Equal(("/a/b", "/c/"), (grpc[0].Match.Path, grpc[1].Match.Prefix));
    }

    [Fact]
    public void Generate_PrefixTakenAway_LeavesOneSlash()
    {
        var mesh = new GeneratedMesh(Services, Route("""
            [{matches: [{path: {value: /a.b}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}], backendRefs: [{name: v1, port: 8080}]},
             {matches: [{path: {value: /r}}], filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]}]
            """, parents: ToEcho));

        var routes = mesh.Routes($"outbound|80||{Echo}")!.VirtualHosts[0].Routes;

        Assert.Equal((@"^/a\.b/?", "/"), (routes[0].Route_.RegexRewrite.Pattern.Regex, routes[0].Route_.RegexRewrite.Substitution));
        Assert.Equal(("^/r/?", "/"), (routes[1].Redirect.RegexRewrite.Pattern.Regex, routes[1].Redirect.RegexRewrite.Substitution));
    }

    [Fact]
    public void Generate_ConvertedRule_NamesTheObjectThatSaysIt()
    {
        var mesh = new GeneratedMesh(Services, Route($"[{{matches: [{{path: {{value: /a}}}}, {{path: {{value: /longer}}}}], {To("v1")}}}]", parents: ToEcho));

        var metadata = mesh.Routes($"outbound|80||{Echo}")!.VirtualHosts[0].Routes[0].Metadata.FilterMetadata["istio"];

        Assert.Equal("rules[0].matches[1]", metadata.Fields["rule"].StringValue);
        Assert.Contains("/http-route/route", metadata.Fields["config"].StringValue.Replace("h-t-t-p-", "http-", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void TCPRoute_OfAServicePort_LeadsItsConnections()
    {
        var mesh = new GatewayApiMesh(Services, Of("TCPRoute", "tcp", $"parentRefs: [{{group: '', kind: Service, name: echo, port: 80}}]\nrules: [{{{To("v1")}}}]"));

        var service = (VirtualService)Assert.Single(mesh.Services).Spec!;

        Assert.Equal((80u, "v1.default.svc.cluster.local", Echo), (service.Tcp[0].Match[0].Port, service.Tcp[0].Route[0].Destination.Host, service.Hosts[0]));
    }

    [Theory]
    [InlineData("route-reviews-v1.yaml", "reviews-v1:9080")]
    [InlineData("route-reviews-v3.yaml", "reviews-v3:9080")]
    [InlineData("route-reviews-90-10.yaml", "reviews-v1:9080=90 reviews-v2:9080=10")]
    [InlineData("route-reviews-50-v3.yaml", "reviews-v1:9080=50 reviews-v3:9080=50")]
    public void Bookinfo_RoutesOfReviews_AreFollowed(string file, string expected)
    {
        var mesh = new GatewayApiMesh(
            MeshYaml.Service("reviews", "default"), MeshYaml.Service("reviews-v1", "default"), MeshYaml.Service("reviews-v2", "default"), MeshYaml.Service("reviews-v3", "default"), Read(file));

        Assert.Equal(expected, mesh.Call("reviews.default.svc.cluster.local", 9080, new TestRequest("reviews", "/reviews/0")));
        Assert.Equal(("True/Accepted", "True/ResolvedRefs"), (mesh.RouteCondition("Accepted", "reviews"), mesh.RouteCondition("ResolvedRefs", "reviews")));
    }

    [Theory]
    [InlineData("/productpage", "productpage:9080")]
    [InlineData("/productpage/more", "404")]
    [InlineData("/static/jquery.js", "productpage:9080")]
    [InlineData("/api/v1/products/0/reviews", "productpage:9080")]
    [InlineData("/", "404")]
    public void Bookinfo_Gateway_LeadsToTheProductPage(string path, string expected)
    {
        var mesh = new GatewayApiMesh(MeshYaml.Service("productpage", "default"), Read("bookinfo-gateway.yaml"));

        Assert.Equal(expected, mesh.Send("localhost", path));
        Assert.Equal("True/Programmed", GatewayApiMesh.Condition(mesh.Status("Gateway", "bookinfo-gateway"), "Programmed"));
    }

    private static string Read(string file) => File.ReadAllText(Repository.RequireSharedData("bookinfo", "gateway-api", file));
}
