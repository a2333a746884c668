using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Testing;

namespace Mesh.Config.Tests.Validation.GatewayApi;

public sealed class HttpRouteValidatorTests
{
    [Theory]
    [InlineData("parentRefs: [{group: 'a_b', name: a}]", "spec.parentRefs[0].group")]
    [InlineData("parentRefs: [{kind: 'a b', name: a}]", "spec.parentRefs[0].kind: \"a b\" must begin with a letter")]
    [InlineData("parentRefs: [{}]", "spec.parentRefs[0].name: a name of 1 to 253 characters is required")]
    [InlineData("parentRefs: [{name: a, namespace: A}]", "spec.parentRefs[0].namespace: \"A\" must be lower-case")]
    [InlineData("parentRefs: [{name: a, port: 70000}]", "spec.parentRefs[0].port: port must be between 1 and 65535")]
    [InlineData("parentRefs: [{name: a}, {name: a}]", "sectionName must be unique when parentRefs includes 2 or more references to the same parent")]
    [InlineData("parentRefs: [{name: a}, {name: a, sectionName: b}]", "sectionName must be specified when parentRefs includes 2 or more references to the same parent")]
    [InlineData("parentRefs: [{name: a, port: 1}, {name: a, port: 2}]", "sectionName must be unique")]
    [InlineData("hostnames: [a.*.com]", "spec.hostnames[0]: \"a.*.com\" must be a host name in lower case")]
    [InlineData("hostnames: ['A.com']", "must be a host name in lower case")]
    [InlineData("hostnames: ['*']", "must be a host name in lower case")]
    [InlineData("useDefaultGateways: Some", "\"Some\" is not one of")]
    [InlineData("rules: [{name: a}, {name: a}]", "the rule name \"a\" must be unique within the route")]
    [InlineData("rules: [{backendRefs: [{name: a}]}]", "spec.rules[0].backendRefs[0].port: must have port for Service reference")]
    [InlineData("rules: [{backendRefs: [{name: a, port: 80, weight: -1}]}]", "spec.rules[0].backendRefs[0].weight: must be between 0 and 1000000")]
    [InlineData("rules: [{backendRefs: [{name: a, port: 0}]}]", "spec.rules[0].backendRefs[0].port: port must be between 1 and 65535")]
    [InlineData("rules: [{timeouts: {request: 1.5s}}]", "\"1.5s\" must be a duration")]
    [InlineData("rules: [{timeouts: {request: 1s, backendRequest: 2s}}]", "backendRequest timeout cannot be longer than request timeout")]
    [InlineData("rules: [{retry: {codes: [200]}}]", "spec.rules[0].retry.codes[0]: must be between 400 and 599")]
    [InlineData("rules: [{sessionPersistence: {cookieConfig: {lifetimeType: Permanent}}}]", "absoluteTimeout must be specified when cookie lifetimeType is Permanent")]
    [InlineData("rules: [{sessionPersistence: {type: Header, cookieConfig: {}}}]", "cookieConfig can only be set with type Cookie")]
    public void Validate_BrokenRoute_IsRejected(string spec, string expected) => AssertRejected(spec, expected);

    [Theory]
    [InlineData("{path: {type: Prefix, value: /}}", "\"Prefix\" is not one of Exact, PathPrefix, RegularExpression")]
    [InlineData("{path: {value: a}}", "must be an absolute path")]
    [InlineData("{path: {value: /a//b}}", "must not contain \"//\"")]
    [InlineData("{path: {type: Exact, value: /a/../b}}", "must not contain \"/../\"")]
    [InlineData("{path: {value: /a%2Fb}}", "must not contain \"%2F\"")]
    [InlineData("{path: {value: '/a#b'}}", "must not contain \"#\"")]
    [InlineData("{path: {value: /a/..}}", "must not end with")]
    [InlineData("{path: {value: '/a b'}}", "has characters that a path cannot have")]
    [InlineData("{path: {value: /a%zz}}", "has characters that a path cannot have")]
    [InlineData("{headers: [{name: '', value: a}]}", "spec.rules[0].matches[0].headers[0].name")]
    [InlineData("{headers: [{name: 'a:b', value: a}]}", "that a header name can have")]
    [InlineData("{headers: [{name: a, value: ''}]}", "headers[0].value: expected 1 to 4096 characters")]
    [InlineData("{headers: [{name: a, value: b}, {name: a, value: c}]}", "\"a\" is there twice")]
    [InlineData("{headers: [{name: a, value: b, type: Prefix}]}", "\"Prefix\" is not one of Exact, RegularExpression")]
    [InlineData("{queryParams: [{name: a, value: b}, {name: a, value: c}]}", "queryParams[1].name: \"a\" is there twice")]
    [InlineData("{method: get}", "\"get\" is not one of GET")]
    public void Validate_BrokenMatch_IsRejected(string match, string expected) => AssertRejected($"rules: [{{matches: [{match}]}}]", expected);

    [Theory]
    [InlineData("[{type: Lua}]", "\"Lua\" is not one of")]
    [InlineData("[{type: RequestHeaderModifier}]", "requestHeaderModifier: must be specified for RequestHeaderModifier filter.type")]
    [InlineData("[{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}}, requestRedirect: {}}]", "requestRedirect: must be nil if the filter.type is not RequestRedirect")]
    [InlineData("[{type: RequestHeaderModifier, requestHeaderModifier: {}}, {type: RequestHeaderModifier, requestHeaderModifier: {}}]", "RequestHeaderModifier filter cannot be repeated")]
    [InlineData("[{type: URLRewrite, urlRewrite: {}}, {type: RequestRedirect, requestRedirect: {}}]", "a request is redirected or rewritten, not both")]
    [InlineData("[{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, {name: a, value: c}]}}]", "\"a\" is there twice")]
    [InlineData("[{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a, a]}}]", "remove[1]: \"a\" is there twice")]
    [InlineData("[{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: 'a b', value: c}]}}]", "that a header name can have")]
    [InlineData("[{type: RequestMirror, requestMirror: {}}]", "requestMirror.backendRef: a reference to a backend is required")]
    [InlineData("[{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, percent: 101}}]", "percent: must be between 0 and 100")]
    [InlineData("[{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, percent: 1, fraction: {numerator: 1}}}]", "only one of percent or fraction")]
    [InlineData("[{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, fraction: {numerator: 101}}}]", "numerator must be less than or equal to denominator")]
    [InlineData("[{type: RequestRedirect, requestRedirect: {scheme: ftp}}]", "\"ftp\" is not one of http, https")]
    [InlineData("[{type: RequestRedirect, requestRedirect: {hostname: '*.a.com'}}]", "without a wildcard")]
    [InlineData("[{type: RequestRedirect, requestRedirect: {statusCode: 300}}]", "300 is not one of 301")]
    [InlineData("[{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath}}}]", "must be specified when type is set to 'ReplaceFullPath'")]
    [InlineData("[{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replaceFullPath: /a, replacePrefixMatch: /b}}}]", "type must be 'ReplaceFullPath' when replaceFullPath is set")]
    [InlineData("[{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /b}}}]", "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set")]
    [InlineData("[{type: ExtensionRef, extensionRef: {kind: A, name: a}}]", "extensionRef.group: a group is required")]
    [InlineData("[{type: CORS, cors: {allowOrigins: ['*', 'https://a.com']}}]", "allowOrigins cannot contain '*' alongside others")]
    [InlineData("[{type: CORS, cors: {allowOrigins: [a.com]}}]", "must be scheme://host[:port]")]
    [InlineData("[{type: CORS, cors: {allowMethods: [FETCH]}}]", "\"FETCH\" is not one of GET")]
    [InlineData("[{type: CORS, cors: {maxAge: 0}}]", "maxAge: must be at least 1")]
    [InlineData("[{type: ExternalAuth, externalAuth: {protocol: HTTP, backendRef: {name: a, port: 1}, grpc: {}}}]", "grpc must be nil if the protocol is not GRPC")]
    public void Validate_BrokenFilter_IsRejected(string filters, string expected) => AssertRejected($"rules: [{{filters: {filters}}}]", expected);

    [Theory]
    [InlineData("rules: [{filters: [{type: RequestRedirect, requestRedirect: {}}], backendRefs: [{name: a, port: 1}]}]", "RequestRedirect filter must not be used together with backendRefs")]
    [InlineData("rules: [{matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}]", "exactly one PathPrefix match must be specified")]
    [InlineData("rules: [{matches: [{}, {}], backendRefs: [{name: a, port: 1, filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}]}]", "exactly one PathPrefix match must be specified")]
    public void Validate_FilterThatDoesNotFitTheRule_IsRejected(string spec, string expected) => AssertRejected(spec, expected);

    [Fact]
    public void Validate_TooManyOfEverything_IsRejected()
    {
        var matches = string.Join(", ", Enumerable.Repeat("{}", 64));

        AssertRejected($"rules: [{{matches: [{matches}]}}, {{matches: [{matches}]}}, {{matches: [{{}}]}}]", "all rules together have at most 128 matches, found 129");
        AssertRejected($"rules: [{string.Join(", ", Enumerable.Repeat("{}", 17))}]", "spec.rules: at most 16 entries, found 17");
        AssertRejected($"hostnames: [{string.Join(", ", Enumerable.Repeat("a.com", 17))}]", "spec.hostnames: at most 16 entries, found 17");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("parentRefs: [{group: '', kind: Service, name: reviews, port: 9080}]\nhostnames: ['*.example.com', a.example.com]")]
    [InlineData("parentRefs: [{name: a, sectionName: b}, {name: a, sectionName: c}, {name: a, namespace: other}]")]
    [InlineData("rules: [{name: a, matches: [{path: {type: RegularExpression, value: '/a.*'}, headers: [{name: a, value: b, type: RegularExpression}], method: GET}], timeouts: {request: 10s, backendRequest: 500ms}, retry: {codes: [503], attempts: 2, backoff: 100ms}, backendRefs: [{name: a, port: 80, weight: 0}]}]")]
    [InlineData("rules: [{filters: [{type: URLRewrite, urlRewrite: {hostname: a.com, path: {type: ReplacePrefixMatch, replacePrefixMatch: ''}}}], backendRefs: [{name: a, port: 80}]}]")]
    [InlineData("rules: [{filters: [{type: CORS, cors: {allowOrigins: ['https://*.a.com:8443'], allowCredentials: true, allowMethods: [GET], allowHeaders: [x-a], maxAge: 60}}, {type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, fraction: {numerator: 1, denominator: 3}}}]}]")]
    [InlineData("rules: [{timeouts: {request: 0s, backendRequest: 5s}, sessionPersistence: {sessionName: a, absoluteTimeout: 1h, type: Cookie, cookieConfig: {lifetimeType: Permanent}}}]")]
    [InlineData("rules: [{backendRefs: [{group: example.com, kind: Bucket, name: a}]}]")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of(spec)));

    [Theory]
    [InlineData("idleTimeout: 10m", "spec.rules[0].sessionPersistence.idleTimeout: has no effect here")]
    [InlineData("absoluteTimeout: 1h", "spec.rules[0].sessionPersistence.absoluteTimeout: has no effect here but")]
    public void Validate_TimesOfASession_AreToldToHaveNoEffect(string field, string warning) =>
        Assert.Contains(Manifest.Warnings(Of($"rules: [{{sessionPersistence: {{sessionName: a, {field}}}}}]")), given => given.Contains(warning, StringComparison.Ordinal));

    [Fact]
    public void Validate_SessionPersistence_IsTakenWithoutAWarning() => Assert.Empty(Manifest.Warnings(Of("rules: [{sessionPersistence: {sessionName: a, type: Header}}]")));

    [Fact]
    public void Decode_WhatIsLeftOut_HasTheDefaultsOfTheCrd()
    {
        var resource = Assert.Single(Manifest.ReadValid(Of("parentRefs: [{name: a}]\nrules: [{backendRefs: [{name: b, port: 80}], filters: [{type: RequestMirror, requestMirror: {backendRef: {name: c, port: 1}}}]}, {matches: [{headers: [{name: a, value: b}]}]}]")));
        var route = (HTTPRouteSpec)resource.Spec!;

        Assert.Equal(("gateway.networking.k8s.io", "Gateway"), (route.ParentRefs[0].Group, route.ParentRefs[0].Kind));
        Assert.Equal(("Service", 1), (route.Rules[0].BackendRefs[0].Kind, route.Rules[0].BackendRefs[0].Weight));
        Assert.Equal("Service", route.Rules[0].Filters[0].RequestMirror.BackendRef.Kind);
        Assert.All(route.Rules, rule => Assert.Equal(("PathPrefix", "/"), (rule.Matches[0].Path.Type, rule.Matches[0].Path.Value)));
        Assert.Equal("Exact", route.Rules[1].Matches[0].Headers[0].Type);
        Assert.DoesNotContain("PathPrefix", resource.Document.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_NoRules_IsOneThatMatchesEverything() =>
        Assert.Equal("/", Assert.Single(Assert.Single(Manifest.Spec<HTTPRouteSpec>(Of("{}")).Rules).Matches).Path.Value);

    private static void AssertRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    private static string Of(string spec) => Manifest.Of("gateway.networking.k8s.io/v1", "HTTPRoute", "a", spec);
}
