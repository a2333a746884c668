using Google.Protobuf;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Answers, rewrites, header edits and mirrors as istiod sends them.</summary>
public sealed class RouteActionTests
{
    private const string ToReviews = "route: [{ destination: { host: reviews } }]";

    [Theory]
    [InlineData("uri: /new", """{ "pathRedirect": "/new" }""")]
    [InlineData("authority: other, redirectCode: 302", """{ "hostRedirect": "other", "responseCode": "FOUND" }""")]
    [InlineData("scheme: https, redirectCode: 303", """{ "schemeRedirect": "https", "responseCode": "SEE_OTHER" }""")]
    [InlineData("port: 81, redirectCode: 307", """{ "portRedirect": 81, "responseCode": "TEMPORARY_REDIRECT" }""")]
    [InlineData("derivePort: FROM_REQUEST_PORT, redirectCode: 308", """{ "portRedirect": 9080, "responseCode": "PERMANENT_REDIRECT" }""")]
    [InlineData("derivePort: FROM_PROTOCOL_DEFAULT", "{ }")]
    [InlineData("port: 80", "{ }")]
    [InlineData("port: 443, scheme: https", """{ "schemeRedirect": "https" }""")]
    [InlineData("port: 80, scheme: https", """{ "schemeRedirect": "https", "portRedirect": 80 }""")]
    public void Generate_Redirect_IsIstiods(string redirect, string expected) =>
        Assert.Equal(JsonParser.Default.Parse<RedirectAction>(expected), First($"redirect: {{ {redirect} }}").Redirect);

    [Fact]
    public void Generate_PrefixRedirect_ReplacesThePrefix() =>
        Assert.Equal("/new", First("match: [{ uri: { prefix: /old } }], redirect: { prefixRewrite: /new }").Redirect.PrefixRewrite);

    [Theory]
    [InlineData("string: closed", """{ "inlineString": "closed" }""")]
    [InlineData("bytes: AAE=", """{ "inlineBytes": "AAE=" }""")]
    public void Generate_DirectResponse_HasItsBodyAndAllowsLargeOnes(string body, string expected)
    {
        var mesh = Mesh($"directResponse: {{ status: 503, body: {{ {body} }} }}");

        var response = mesh.ReviewsRoutes()[0].DirectResponse;
        Assert.Equal((503u, JsonParser.Default.Parse<DataSource>(expected)), (response.Status, response.Body));
        Assert.Equal(1024u * 1024, mesh.Routes(Bookinfo.ReviewsRoutes)!.MaxDirectResponseBodySizeBytes);
    }

    [Theory]
    [InlineData("match: [{ uri: { prefix: /api } }], rewrite: { uri: /v2 }", "/v2")]
    [InlineData("match: [{ uri: { exact: /api } }], rewrite: { uri: /v2 }", "/v2")]
    [InlineData("match: [{ uri: { regex: '/a.*' } }], rewrite: { uri: /v2 }", "/v2")]
    [InlineData("rewrite: { uri: /v2 }", "/v2")]
    public void Generate_UriRewrite_IsAPrefixRewrite(string rule, string expected) =>
        Assert.Equal(expected, First($"{rule}, {ToReviews}").Route_.PrefixRewrite);

    [Fact]
    public void Generate_UriRegexRewrite_IsCarried()
    {
        var rewrite = First($$"""rewrite: { uriRegexRewrite: { match: "^/a/(.*)$", rewrite: '/b/\1' } }, {{ToReviews}}""").Route_.RegexRewrite;

        Assert.Equal(("^/a/(.*)$", "/b/\\1"), (rewrite.Pattern.Regex, rewrite.Substitution));
    }

    [Theory]
    [InlineData("rewrite: { authority: of-rule }, route: [{ destination: { host: reviews }, headers: { request: { set: { Host: of-destination } } } }]", "of-rule")]
    [InlineData("headers: { request: { set: { \":authority\": of-rule } } }, route: [{ destination: { host: reviews }, headers: { request: { add: { host: of-destination } } } }]", "of-rule")]
    [InlineData("route: [{ destination: { host: reviews }, headers: { request: { set: { host: of-destination } } } }]", "of-destination")]
    public void Generate_Authority_OfTheRuleGoesBefore(string rule, string expected)
    {
        var route = First(rule);

        Assert.Equal(expected, route.Route_.HostRewriteLiteral);
        Assert.Empty(route.RequestHeadersToAdd);
    }

    [Fact]
    public void Generate_HeadersOfRuleAndOnlyDestination_AreInIstiodsOrder()
    {
        const string Destination = "route: [{ destination: { host: reviews }, headers: { request: { set: { a: destination }, add: { b: \"1\" }, remove: [z] } } }]";

        var route = First($"headers: {{ request: {{ set: {{ a: rule }}, remove: [x] }} }}, {Destination}");

        Assert.Equal(["a=rule", "a=destination", "b=1"], route.RequestHeadersToAdd.Select(option => $"{option.Header.Key}={option.Header.Value}"));
        Assert.Equal(["x", "z"], route.RequestHeadersToRemove);
    }

    [Fact]
    public void Generate_StatPrefix_IsCarried() =>
        Assert.Equal("checkout", First($"match: [{{ uri: {{ prefix: /a }}, statPrefix: checkout }}], {ToReviews}").StatPrefix);

    [Theory]
    [InlineData("mirror: { host: ratings }", "1000000")]
    [InlineData("mirror: { host: ratings }, mirrorPercentage: { value: 0.0001 }", "1")]
    [InlineData("mirror: { host: ratings }, mirrorPercentage: { value: 0 }", "")]
    [InlineData("mirrors: [{ destination: { host: ratings }, percentage: { value: 10 } }, { destination: { host: details } }]", "100000,1000000")]
    public void Generate_Mirrors_HaveTheirShare(string mirror, string expected) => Assert.Equal(
        expected,
        string.Join(',', First($"{mirror}, {ToReviews}").Route_.RequestMirrorPolicies.Select(policy => policy.RuntimeFraction.DefaultValue.Numerator)));

    private static Route First(string rule) => Mesh(rule).ReviewsRoutes()[0];

    private static GeneratedMesh Mesh(string rule) => new(Bookinfo.Services, Bookinfo.Rules($"[{{ {rule} }}]"));
}
