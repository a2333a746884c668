using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class RouteActionDecoderTests
{
    [Theory]
    [InlineData("{}", 301)]
    [InlineData("{ \"responseCode\": \"FOUND\" }", 302)]
    [InlineData("{ \"responseCode\": \"SEE_OTHER\" }", 303)]
    [InlineData("{ \"responseCode\": \"TEMPORARY_REDIRECT\" }", 307)]
    [InlineData("{ \"responseCode\": \"PERMANENT_REDIRECT\" }", 308)]
    public void Decode_Redirect_HasItsStatus(string redirect, int status) =>
        Assert.Equal(status, ((RedirectAction)Decode($"\"redirect\": {redirect}").Action).StatusCode);

    [Fact]
    public void Decode_RedirectFields_AreCarried()
    {
        var whole = (RedirectAction)Decode("""
            "redirect": { "httpsRedirect": true, "hostRedirect": "h", "portRedirect": 81, "pathRedirect": "/p", "stripQuery": true }
            """).Action;
        var part = (RedirectAction)Decode("\"redirect\": { \"schemeRedirect\": \"http\", \"prefixRewrite\": \"/x\" }").Action;

        Assert.Equal(new RedirectAction { StatusCode = 301, Scheme = "https", Host = "h", Port = 81, Path = "/p", StripQuery = true }, whole);
        Assert.Equal(new RedirectAction { StatusCode = 301, Scheme = "http", Rewrite = new PathRewrite(null, "/x") }, part);
    }

    [Fact]
    public void Decode_DirectResponse_HasItsBody()
    {
        var text = (DirectResponseAction)Decode("\"directResponse\": { \"status\": 503, \"body\": { \"inlineString\": \"é\" } }").Action;
        var bytes = (DirectResponseAction)Decode("\"directResponse\": { \"status\": 600, \"body\": { \"inlineBytes\": \"AAE=\" } }").Action;

        Assert.Equal((503, "é"), (text.StatusCode, Encoding.UTF8.GetString(text.Body.Span)));
        Assert.Equal([0, 1], bytes.Body.ToArray());
    }

    [Fact]
    public void Decode_ForwardFields_AreCarried()
    {
        var action = (ForwardAction)Decode("""
            "statPrefix": "stats",
            "route": {
              "weightedClusters": { "clusters": [ { "name": "a", "weight": 1, "hostRewriteLiteral": "of-cluster" } ] },
              "regexRewrite": { "pattern": { "regex": "^/(a)" }, "substitution": "/\\1b" },
              "hostRewriteHeader": "x-host",
              "appendXForwardedHost": true,
              "requestMirrorPolicies": [
                { "cluster": "m", "runtimeFraction": { "defaultValue": { "numerator": 5, "denominator": "TEN_THOUSAND" } }, "disableShadowHostSuffixAppend": true },
                { "cluster": "n", "hostRewriteLiteral": "h" } ]
            }
            """, out var route).Action;

        Assert.Equal("stats", route.StatPrefix);
        Assert.Equal("of-cluster", action.Clusters[0].Host);
        Assert.Equal(new PathRewrite("^/(a)", "/\\1b"), action.Rewrite);
        Assert.Equal((new HostRewrite(HostRewriteKind.Header, "x-host"), true), (action.HostRewrite, action.AppendsForwardedHost));
        Assert.Equal([new MirrorPolicy("m", 500) { IsUnmarked = true }, new MirrorPolicy("n", 1_000_000) { Host = "h" }], action.Mirrors);
    }

    [Theory]
    [InlineData("\"redirect\": { \"portRedirect\": 70000 }", "port_redirect")]
    [InlineData("\"redirect\": { \"hostRedirect\": \"a b\" }", "host_redirect")]
    [InlineData("\"redirect\": { \"regexRewrite\": { \"pattern\": { \"regex\": \"(\" } } }", "is not RE2")]
    [InlineData("\"directResponse\": { \"status\": 199 }", "expected 200 to 600")]
    [InlineData("\"directResponse\": { \"status\": 200, \"body\": { \"filename\": \"/etc/passwd\" } }", "got Filename")]
    [InlineData("\"route\": { \"cluster\": \"a\", \"prefixRewrite\": \"/a b\" }", "prefix_rewrite")]
    [InlineData("\"route\": { \"cluster\": \"a\", \"regexRewrite\": { \"pattern\": { \"regex\": \"a\" }, \"substitution\": \"\\\\1\" } }", "it has 0")]
    [InlineData("\"route\": { \"cluster\": \"a\", \"regexRewrite\": { \"pattern\": { \"regex\": \"a\" }, \"substitution\": \"a\\\\\" } }", "expected \\0 to \\9")]
    [InlineData("\"route\": { \"cluster\": \"a\", \"regexRewrite\": { \"substitution\": \"a\" } }", "expected pattern")]
    [InlineData("\"route\": { \"cluster\": \"a\", \"prefixRewrite\": \"/a\", \"regexRewrite\": { \"pattern\": { \"regex\": \"a\" } } }", "both set")]
    [InlineData("\"route\": { \"cluster\": \"a\", \"requestMirrorPolicies\": [ { \"clusterHeader\": \"x\" } ] }", "cluster_header")]
    public void Decode_WhatCannotBeDone_IsRefused(string action, string reason) =>
        Assert.Contains(reason, Assert.Single(Errors(action)), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, 4096, true)]
    [InlineData(null, 4097, false)]
    [InlineData(8192u, 8192, true)]
    public void Decode_DirectResponseBody_HasALimit(uint? limit, int length, bool accepted)
    {
        var message = Message($"\"directResponse\": {{ \"status\": 200, \"body\": {{ \"inlineString\": \"{new string('x', length)}\" }} }}");
        message.MaxDirectResponseBodySizeBytes = limit;

        Assert.Equal(accepted, RouteConfigurationDecoder.Decode(message).Errors.IsEmpty);
    }

    [Theory]
    [InlineData("filterAction", "filter_action")]
    [InlineData("nonForwardingAction", "non_forwarding_action")]
    public void Decode_ActionOfAnotherKind_StaysAsOneThatFails(string field, string kind) =>
        Assert.Equal(new UnsupportedAction(kind), Decode($"\"{field}\": {{}}").Action);

    [Fact]
    public void Decode_Mirrors_OfTheMostSpecificLevelCount()
    {
        var message = Message("\"route\": { \"cluster\": \"a\" }");
        message.RequestMirrorPolicies.Add(new Wire.RouteAction.Types.RequestMirrorPolicy { Cluster = "configuration" });
        Assert.Equal("configuration", Mirror(message));

        message.VirtualHosts[0].RequestMirrorPolicies.Add(new Wire.RouteAction.Types.RequestMirrorPolicy { Cluster = "host" });
        Assert.Equal("host", Mirror(message));

        message.VirtualHosts[0].Routes[0].Route_.RequestMirrorPolicies.Add(new Wire.RouteAction.Types.RequestMirrorPolicy { Cluster = "route" });
        Assert.Equal("route", Mirror(message));
    }

    private static string Mirror(Wire.RouteConfiguration message) =>
        Assert.Single(((ForwardAction)RouteConfigurationDecoder.Decode(message).Value!.VirtualHosts[0].Routes[0].Action).Mirrors).Cluster;

    private static Wire.RouteConfiguration Message(string fields) => JsonParser.Default.Parse<Wire.RouteConfiguration>(
        $$"""{ "name": "r", "virtualHosts": [ { "domains": ["*"], "routes": [ { "match": { "prefix": "/" }, {{fields}} } ] } ] }""");

    private static Route Decode(string fields) => Decode(fields, out _);

    private static Route Decode(string fields, out Route route)
    {
        var result = RouteConfigurationDecoder.Decode(Message(fields));
        Assert.Empty(result.Errors);
        return route = result.Value!.VirtualHosts[0].Routes[0];
    }

    private static ImmutableArray<string> Errors(string fields) => RouteConfigurationDecoder.Decode(Message(fields)).Errors;
}
