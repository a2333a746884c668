using static Mesh.ControlPlane.Tests.Conversion.GatewayApiYaml;

namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>The gateway profile's cases for HTTPRoute, by their names in the Gateway API's conformance suite.</summary>
public sealed class HttpRouteConformanceTests
{
    [Theory]
    [InlineData("/", "", "v1:8080")]
    [InlineData("/example", "", "v1:8080")]
    [InlineData("/", "version: one", "v1:8080")]
    [InlineData("/v2", "", "v2:8080")]
    [InlineData("/v2/", "", "v2:8080")]
    [InlineData("/v2/example", "", "v2:8080")]
    [InlineData("/v2example", "", "v1:8080")]
    [InlineData("/", "version: two", "v2:8080")]
    [InlineData("/foo/v2", "", "v1:8080")]
    public void HTTPRouteMatching_Requests_ReachTheBackendOfTheirMatch(string path, string headers, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($$$"""
            [{matches: [{path: {type: PathPrefix, value: /}}, {headers: [{name: version, value: one}]}], {{{To("v1")}}}},
             {matches: [{path: {type: PathPrefix, value: /v2}}, {headers: [{name: version, value: two}]}], {{{To("v2")}}}}]
            """));

        Assert.Equal(expected, mesh.Send("example.com", path, headers));
    }

    [Theory]
    [InlineData("example.com", "/", "v1:8080")]
    [InlineData("example.net", "/example", "v1:8080")]
    [InlineData("example.com", "/example", "v2:8080")]
    [InlineData("example.com", "/v2", "v2:8080")]
    [InlineData("example.com", "/v2/example", "v2:8080")]
    [InlineData("example.net", "/v2", "404")]
    public void HTTPRouteMatchingAcrossRoutes_RulesOfTwoRoutes_AreOrderedTogether(string host, string path, string expected)
    {
        var mesh = new GatewayApiMesh(
            Backends,
            HttpGateway,
            Route($"[{{matches: [{{path: {{type: Exact, value: /}}}}, {{path: {{type: Exact, value: /example}}, headers: [{{name: version, value: one}}]}}], {To("v1")}}}]", "part1", hostnames: "[example.com, example.net]"),
            Route($"[{{matches: [{{path: {{type: Exact, value: /example}}}}], {To("v1")}}}]", "part3", hostnames: "[example.net]"),
            Route($"[{{matches: [{{path: {{type: PathPrefix, value: /v2}}}}, {{path: {{type: Exact, value: /example}}}}], {To("v2")}}}]", "part2", hostnames: "[example.com]"));

        Assert.Equal(expected, mesh.Send(host, path));
    }

    [Theory]
    [InlineData("/match/exact/one", "v3:8080")]
    [InlineData("/match/exact", "v2:8080")]
    [InlineData("/match", "v1:8080")]
    [InlineData("/match/prefix/one/any", "v2:8080")]
    [InlineData("/match/prefix/any", "v1:8080")]
    [InlineData("/match/any", "v3:8080")]
    public void HTTPRoutePathMatchOrder_LongerPathsWrittenLast_WinAllTheSame(string path, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($$$"""
            [{matches: [{path: {type: PathPrefix, value: /match}}], {{{To("v3")}}}},
             {matches: [{path: {type: PathPrefix, value: /match/prefix/}}, {path: {type: Exact, value: /match}}], {{{To("v1")}}}},
             {matches: [{path: {type: PathPrefix, value: /match/prefix/one}}, {path: {type: Exact, value: /match/exact}}], {{{To("v2")}}}},
             {matches: [{path: {type: Exact, value: /match/exact/one}}], {{{To("v3")}}}}]
            """));

        Assert.Equal(expected, mesh.Send("example.com", path));
    }

    [Theory]
    [InlineData("version: one", "v1:8080")]
    [InlineData("version: two", "v2:8080")]
    [InlineData("version: two; color: orange", "v1:8080")]
    [InlineData("color: blue", "v1:8080")]
    [InlineData("color: green", "v1:8080")]
    [InlineData("color: red", "v2:8080")]
    [InlineData("color: yellow", "v2:8080")]
    [InlineData("color: purple", "404")]
    [InlineData("some: thing", "404")]
    public void HTTPRouteHeaderMatching_MoreHeaders_WinOverFewer(string headers, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($$$"""
            [{matches: [{headers: [{name: version, value: one}]}], {{{To("v1")}}}},
             {matches: [{headers: [{name: version, value: two}]}], {{{To("v2")}}}},
             {matches: [{headers: [{name: version, value: two}, {name: color, value: orange}]}], {{{To("v1")}}}},
             {matches: [{headers: [{name: color, value: blue}]}, {headers: [{name: Color, value: green}]}], {{{To("v1")}}}},
             {matches: [{headers: [{name: color, value: red}]}, {headers: [{name: color, value: yellow}, {name: COLOR, value: ignored}]}], {{{To("v2")}}}}]
            """));

        Assert.Equal(expected, mesh.Send("example.com", "/", headers));
    }

    [Theory]
    [InlineData("/?animal=whale", "v1:8080")]
    [InlineData("/?animal=dolphin", "v2:8080")]
    [InlineData("/?animal=dolphin&color=blue", "v3:8080")]
    [InlineData("/?ANIMAL=Whale", "404")]
    [InlineData("/?animal=shark", "404")]
    [InlineData("/path1?animal=whale", "v2:8080")]
    public void HTTPRouteQueryParamMatching_Parameters_AreComparedAsTheyAre(string target, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($$$"""
            [{matches: [{queryParams: [{name: animal, value: whale}]}], {{{To("v1")}}}},
             {matches: [{queryParams: [{name: animal, value: dolphin}]}], {{{To("v2")}}}},
             {matches: [{queryParams: [{name: animal, value: dolphin}, {name: color, value: blue}]}], {{{To("v3")}}}},
             {matches: [{path: {value: /path1}, queryParams: [{name: animal, value: whale}]}], {{{To("v2")}}}}]
            """));

        Assert.Equal(expected, mesh.Send("example.com", target));
    }

    [Theory]
    [InlineData("/", "POST", "", "v1:8080")]
    [InlineData("/", "GET", "", "v2:8080")]
    [InlineData("/", "HEAD", "", "404")]
    [InlineData("/path1", "GET", "", "v1:8080")]
    [InlineData("/path1", "PUT", "version: one", "v2:8080")]
    [InlineData("/path1", "POST", "version: two", "v3:8080")]
    public void HTTPRouteMethodMatching_Method_WinsOverHeadersAndLosesToPaths(string path, string method, string headers, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($$$"""
            [{matches: [{method: POST}], {{{To("v1")}}}}, {matches: [{method: GET}], {{{To("v2")}}}},
             {matches: [{path: {value: /path1}, method: GET}], {{{To("v1")}}}},
             {matches: [{path: {value: /path1}, headers: [{name: version, value: one}]}], {{{To("v2")}}}},
             {matches: [{path: {value: /path1}, method: POST}], {{{To("v3")}}}}]
            """));

        Assert.Equal(expected, mesh.Send("example.com", path, headers, method));
    }

    [Fact]
    public void HTTPRouteWeight_Weights_AreKeptAndZeroIsLeftOut()
    {
        var mesh = new GatewayApiMesh(
            Backends, HttpGateway, Route("[{backendRefs: [{name: v1, port: 8080, weight: 70}, {name: v2, port: 8080, weight: 30}, {name: v3, port: 8080, weight: 0}]}]"));

        Assert.Equal("v1:8080=70 v2:8080=30", mesh.Send("example.com", "/"));
    }

    [Theory]
    [InlineData("[{backendRefs: [{name: v1, port: 8080, weight: 0}]}]")]
    [InlineData("[{backendRefs: []}]")]
    public void HTTPRouteWeight_NobodyToSendTo_Is500(string rules) =>
        Assert.Equal("500", new GatewayApiMesh(Backends, HttpGateway, Route(rules)).Send("example.com", "/"));

    [Theory]
    [InlineData("very.specific.com", "/s1", "v1:8080")]
    [InlineData("very.specific.com", "/s3", "404")]
    [InlineData("non.matching.com", "/s1", "404")]
    [InlineData("foo.specific.com", "/s1", "404")]
    [InlineData("foo.wildcard.io", "/s2", "v2:8080")]
    [InlineData("foo.bar.wildcard.io", "/s2", "v2:8080")]
    [InlineData("wildcard.io", "/s2", "404")]
    [InlineData("very.specific.com", "/s4", "404")]
    public void HTTPRouteHostnameIntersection_HostsOfRouteAndListener_MeetInTheNarrowerOne(string host, string path, string expected)
    {
        var gateway = Gateway("[{name: l1, port: 80, protocol: HTTP, hostname: very.specific.com}, {name: l2, port: 80, protocol: HTTP, hostname: '*.wildcard.io'}]");
        var mesh = new GatewayApiMesh(
            Backends,
            gateway,
            Route($"[{{matches: [{{path: {{value: /s1}}}}], {To("v1")}}}]", "specific", hostnames: "[non.matching.com, '*.specific.com']"),
            Route($"[{{matches: [{{path: {{value: /s2}}}}], {To("v2")}}}]", "wildcard", hostnames: "['*.wildcard.io']"),
            Route($"[{{matches: [{{path: {{value: /s4}}}}], {To("v3")}}}]", hostnames: "[specific.but.wrong.com, wildcard.io]"));

        Assert.Equal(expected, mesh.Send(host, path));
        Assert.Equal("False/NoMatchingListenerHostname", mesh.RouteCondition("Accepted"));
    }

    [Theory]
    [InlineData("bar.com", "v1:8080")]
    [InlineData("foo.bar.com", "v2:8080")]
    [InlineData("baz.bar.com", "v3:8080")]
    [InlineData("multiple.prefixes.bar.com", "v3:8080")]
    [InlineData("multiple.prefixes.foo.com", "404")]
    [InlineData("foo.com", "404")]
    public void HTTPRouteListenerHostnameMatching_NarrowestListener_HasTheRequest(string host, string expected)
    {
        var gateway = Gateway("[{name: l1, port: 80, protocol: HTTP, hostname: bar.com}, {name: l2, port: 80, protocol: HTTP, hostname: foo.bar.com}, {name: l3, port: 80, protocol: HTTP, hostname: '*.bar.com'}]");
        var mesh = new GatewayApiMesh(
            Backends,
            gateway,
            Route($"[{{{To("v1")}}}]", "one", "parentRefs: [{name: gateway, sectionName: l1}]"),
            Route($"[{{{To("v2")}}}]", "two", "parentRefs: [{name: gateway, sectionName: l2}]"),
            Route($"[{{{To("v3")}}}]", "three", "parentRefs: [{name: gateway, sectionName: l3}]"));

        Assert.Equal(expected, mesh.Send(host, "/"));
    }

    [Theory]
    [InlineData("bar.com", "/empty-hostname", "v1:8080")]
    [InlineData("bar.com", "/wildcard-example-com", "404")]
    [InlineData("bar.example.com", "/wildcard-example-com", "v1:8080")]
    [InlineData("bar.example.com", "/empty-hostname", "404")]
    [InlineData("bar.foo.example.com", "/wildcard-foo-example-com", "v1:8080")]
    [InlineData("bar.foo.example.com", "/wildcard-example-com", "404")]
    [InlineData("abc.foo.example.com", "/abc-foo-example-com", "v1:8080")]
    [InlineData("abc.foo.example.com", "/wildcard-foo-example-com", "404")]
    public void GatewayHTTPListenerIsolation_Request_SeesTheRoutesOfItsListenerAlone(string host, string path, string expected)
    {
        string[] names = ["empty-hostname", "wildcard-example-com", "wildcard-foo-example-com", "abc-foo-example-com"];
        var mesh = new GatewayApiMesh(
            Backends,
            Gateway("""
                [{name: empty-hostname, port: 80, protocol: HTTP}, {name: wildcard-example-com, port: 80, protocol: HTTP, hostname: '*.example.com'},
                 {name: wildcard-foo-example-com, port: 80, protocol: HTTP, hostname: '*.foo.example.com'}, {name: abc-foo-example-com, port: 80, protocol: HTTP, hostname: abc.foo.example.com}]
                """));
        foreach (var name in names)
        {
            mesh.Apply(Route($"[{{matches: [{{path: {{value: /{name}}}}}], {To("v1")}}}]", name, $"parentRefs: [{{name: gateway, sectionName: {name}}}]"));
        }

        Assert.Equal(expected, mesh.Send(host, path));
    }

    [Theory]
    [InlineData("{path: {value: /host}}", "{hostname: example.org}", "redirect 302 ://example.org")]
    [InlineData("{path: {value: /status}}", "{hostname: example.org, statusCode: 301}", "redirect 301 ://example.org")]
    [InlineData("{path: {value: /see-other}}", "{hostname: example.org, statusCode: 303}", "redirect 303 ://example.org")]
    [InlineData("{path: {value: /temporary}}", "{hostname: example.org, statusCode: 307}", "redirect 307 ://example.org")]
    [InlineData("{path: {value: /permanent}}", "{hostname: example.org, statusCode: 308}", "redirect 308 ://example.org")]
    [InlineData("{path: {value: /scheme}}", "{scheme: https}", "redirect 302 https://")]
    [InlineData("{path: {value: /full}}", "{path: {type: ReplaceFullPath, replaceFullPath: /new}}", "redirect 302 :///new")]
    [InlineData("{path: {value: /original}}", "{path: {type: ReplacePrefixMatch, replacePrefixMatch: /replacement}}", "redirect 302 :///replacement")]
    [InlineData("{path: {value: /original}}", "{path: {type: ReplacePrefixMatch, replacePrefixMatch: ''}}", "redirect 302 :///")]
    public void HTTPRouteRedirect_HostStatusSchemeAndPath_AreReplaced(string match, string redirect, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{matches: [{match}], filters: [{{type: RequestRedirect, requestRedirect: {redirect}}}]}}]"));
        var path = match.Split(' ')[^1].Trim('}');

        Assert.Equal(expected, mesh.Send("example.com", path));
    }

    [Theory]
    [InlineData("/strip", "{type: ReplacePrefixMatch, replacePrefixMatch: /}", "/", null)]
    [InlineData("/one/two", "{type: ReplacePrefixMatch, replacePrefixMatch: /three/}", "/three", null)]
    [InlineData("/", "{type: ReplacePrefixMatch, replacePrefixMatch: /base}", "/base/", null)]
    [InlineData("/full", "{type: ReplaceFullPath, replaceFullPath: '/a\\b'}", "", @"/a\\b")]
    public void HTTPRouteRewritePath_PrefixOrWholePath_IsReplaced(string path, string modifier, string uri, string? whole)
    {
        var mesh = new GatewayApiMesh(
            Backends, HttpGateway, Route($"[{{matches: [{{path: {{value: {path}}}}}], filters: [{{type: URLRewrite, urlRewrite: {{hostname: one.example.org, path: {modifier}}}}}], {To("v1")}}}]"));

        var rewrite = mesh.Rule(new TestRequest("example.com", path))!.Rewrite;

        Assert.Equal((uri, whole, "one.example.org"), (rewrite.Uri, rewrite.UriRegexRewrite?.Rewrite, rewrite.Authority));
    }

    [Fact]
    public void HTTPRouteHeaderModifiers_OfRulesAndBackends_AreThoseOfTheVirtualService()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route("""
            [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-Set, value: a}, {name: x-set, value: b}], add: [{name: X-Add, value: c}], remove: [X-Remove]}},
                        {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: X-Back, value: d}]}}],
              backendRefs: [{name: v1, port: 8080, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: X-Own, value: e}]}}]}]}]
            """));

        var rule = mesh.Rule(new TestRequest("example.com", "/"))!;

        Assert.Equal(("a", "c", "X-Remove", "d"), (rule.Headers.Request.Set["x-set"], rule.Headers.Request.Add["x-add"], rule.Headers.Request.Remove[0], rule.Headers.Response.Set["x-back"]));
        Assert.Equal("e", rule.Route[0].Headers.Request.Add["x-own"]);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("percent: 20,", 20.0)]
    [InlineData("fraction: {numerator: 1, denominator: 8},", 12.5)]
    public void HTTPRouteRequestMirror_ShareOfRequests_IsCopied(string share, double? expected)
    {
        var mesh = new GatewayApiMesh(
            Backends, HttpGateway, Route($"[{{filters: [{{type: RequestMirror, requestMirror: {{{share} backendRef: {{name: v2, port: 8080}}}}}}, {{type: RequestMirror, requestMirror: {{backendRef: {{name: v3, port: 8080}}}}}}], {To("v1")}}}]"));

        var mirrors = mesh.Rule(new TestRequest("example.com", "/"))!.Mirrors;

        Assert.Equal(["v2.default.svc.cluster.local", "v3.default.svc.cluster.local"], mirrors.Select(mirror => mirror.Destination.Host));
        Assert.Equal(expected, mirrors[0].Percentage?.Value);
    }

    [Theory]
    [InlineData("timeouts: {request: 500ms}", "500", null)]
    [InlineData("timeouts: {request: 0s}", null, null)]
    [InlineData("timeouts: {request: 2s, backendRequest: 500ms}", "500", null)]
    [InlineData("timeouts: {request: 2s, backendRequest: 500ms}, retry: {attempts: 3, codes: [503], backoff: 100ms}", "2000", "500")]
    public void HTTPRouteTimeoutBackendRequest_Times_AreThoseOfTheVirtualService(string terms, string? whole, string? oneTry)
    {
        var rule = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{{terms}, {To("v1")}}}]")).Rule(new TestRequest("example.com", "/"))!;

        Assert.Equal(whole, rule.Timeout?.ToTimeSpan().TotalMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(oneTry, rule.Retries?.PerTryTimeout?.ToTimeSpan().TotalMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(oneTry is null ? null : "connect-failure,refused-stream,unavailable,cancelled,503", rule.Retries?.RetryOn);
    }

    [Fact]
    public void HTTPRouteCORS_Origins_MayHaveWildcards()
    {
        var mesh = new GatewayApiMesh(
            Backends, HttpGateway, Route($"[{{filters: [{{type: CORS, cors: {{allowOrigins: ['https://www.foo.com', 'https://*.bar.com'], allowMethods: [GET, OPTIONS], allowCredentials: true, maxAge: 3600}}}}], {To("v1")}}}]"));

        var cors = mesh.Rule(new TestRequest("example.com", "/"))!.CorsPolicy;

        Assert.Equal(("https://www.foo.com", @"https://.*\.bar\.com"), (cors.AllowOrigins[0].Exact, cors.AllowOrigins[1].Regex));
        Assert.Equal((true, 3600L, 2), (cors.AllowCredentials, cors.MaxAge.Seconds, cors.AllowMethods.Count));
    }
}
