using Google.Protobuf;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class RouteMatchTests
{
    [Theory]
    [InlineData("uri: { exact: /a }", """{ "path": "/a" }""")]
    [InlineData("uri: { prefix: /a }", """{ "prefix": "/a" }""")]
    [InlineData("uri: { regex: '/a/[0-9]+' }", """{ "safeRegex": { "regex": "/a/[0-9]+" } }""")]
    [InlineData("uri: { prefix: /a }, ignoreUriCase: true", """{ "prefix": "/a", "caseSensitive": false }""")]
    [InlineData("uri: { regex: /a }, ignoreUriCase: true", """{ "safeRegex": { "regex": "/a" } }""")]
    [InlineData("headers: { end-user: { exact: jason } }", """{ "prefix": "/", "headers": [ { "name": "end-user", "stringMatch": { "exact": "jason" } } ] }""")]
    [InlineData("headers: { x: { prefix: p } }", """{ "prefix": "/", "headers": [ { "name": "x", "stringMatch": { "prefix": "p" } } ] }""")]
    [InlineData("headers: { x: { regex: 'a.*' } }", """{ "prefix": "/", "headers": [ { "name": "x", "stringMatch": { "safeRegex": { "regex": "a.*" } } } ] }""")]
    [InlineData("headers: { x: {} }", """{ "prefix": "/", "headers": [ { "name": "x", "presentMatch": true } ] }""")]
    [InlineData("withoutHeaders: { x: {} }", """{ "prefix": "/", "headers": [ { "name": "x", "presentMatch": true, "invertMatch": true } ] }""")]
    [InlineData("withoutHeaders: { x: { exact: v } }", """{ "prefix": "/", "headers": [ { "name": "x", "stringMatch": { "exact": "v" }, "invertMatch": true, "treatMissingHeaderAsEmpty": true } ] }""")]
    [InlineData("queryParams: { q: { exact: v } }", """{ "prefix": "/", "queryParameters": [ { "name": "q", "stringMatch": { "exact": "v" } } ] }""")]
    [InlineData("queryParams: { q: {} }", """{ "prefix": "/", "queryParameters": [ { "name": "q", "presentMatch": true } ] }""")]
    [InlineData("method: { exact: GET }", """{ "prefix": "/", "headers": [ { "name": ":method", "stringMatch": { "exact": "GET" } } ] }""")]
    [InlineData("scheme: { exact: http }", """{ "prefix": "/", "headers": [ { "name": ":scheme", "stringMatch": { "exact": "http" } } ] }""")]
    [InlineData("authority: { prefix: rev }", """{ "prefix": "/", "headers": [ { "name": ":authority", "stringMatch": { "prefix": "rev" } } ] }""")]
    [InlineData("port: 9080", """{ "prefix": "/" }""")]
    public void Translate_EveryCondition_ReachesMeshClient(string match, string expected) =>
        Assert.Equal(JsonParser.Default.Parse<RouteMatch>(expected), FirstMatch(match, GeneratedMesh.MeshClient));

    [Theory]
    [InlineData("headers: { x: { exact: v } }", """{ "prefix": "/", "headers": [ { "name": "x", "exactMatch": "v" } ] }""")]
    [InlineData("headers: { x: { prefix: v } }", """{ "prefix": "/", "headers": [ { "name": "x", "prefixMatch": "v" } ] }""")]
    [InlineData("headers: { x: { regex: v } }", """{ "prefix": "/", "headers": [ { "name": "x", "safeRegexMatch": { "regex": "v" } } ] }""")]
    [InlineData("headers: { x: {} }", """{ "prefix": "/", "headers": [ { "name": "x", "presentMatch": true } ] }""")]
    public void Translate_Headers_ReachGrpcInTheFormsItsOldestClientReads(string match, string expected) =>
        Assert.Equal(JsonParser.Default.Parse<RouteMatch>(expected), FirstMatch(match, GeneratedMesh.Grpc));

    [Theory]
    [InlineData("port: 9081", false)]
    [InlineData("port: 9080", true)]
    [InlineData("sourceLabels: { app: productpage, version: v1 }", true)]
    [InlineData("sourceLabels: { app: other }", false)]
    [InlineData("sourceNamespace: default", true)]
    [InlineData("sourceNamespace: other", false)]
    [InlineData("gateways: [mesh]", true)]
    [InlineData("gateways: [edge]", false)]
    public void Holds_ConditionsOnTheClient_AreSettledWhenGenerating(string match, bool holds)
    {
        var rules = $"[{{ match: [{{ {match} }}], name: special, route: [{{ destination: {{ host: ratings }} }}] }}, {{ name: rest, route: [{{ destination: {{ host: reviews }} }}] }}]";
        var routes = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules(rules)).ReviewsRoutes();

        Assert.Equal(holds ? "special" : "rest", routes[0].Name);
    }

    private static RouteMatch FirstMatch(string match, ClientView client) =>
        new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ match: [{{ {match} }}], route: [{{ destination: {{ host: reviews }} }}] }}]"))
            .ReviewsRoutes(client)[0].Match;
}
