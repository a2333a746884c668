using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

/// <summary>The rules of the kinds for APIs and their consumers.</summary>
public sealed class ApiResourceTests
{
    private const string Hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    [Theory]
    [InlineData("ApiConsumer", "plan: gold\nkeys: [{name: a, sha256: " + Hash + ", notAfter: '2027-01-31'}, {name: b, secret: {name: keys, key: b}, notAfter: '2027-01-31T12:00:00+01:00'}]")]
    [InlineData("ApiPlan", "limits: [{name: minute, quota: {requests: 100, per: 60s}}, {name: burst, tokenBucket: {maxTokens: 5, fillInterval: 1s}, match: [{methods: [POST]}]}]")]
    [InlineData("ApiAccess", "selector: {matchLabels: {istio: ingressgateway}}\nrules: [{name: orders, match: [{hosts: ['*.example.com'], uri: {prefix: /orders}}], keys: [{header: x-key}, {authorization: Bearer}, {queryParameter: key}], plans: [gold], consumers: [acme]}]")]
    [InlineData("ApiVersions", "versions: [{name: v1, match: [{uri: {prefix: /v1}}], deprecation: {date: '2026-01-31', link: 'https://example.com/bye'}, sunset: {date: '2026-12-31T00:00:00Z', refuse: true}, successor: /v2}, {name: v2}]")]
    [InlineData("ApiTransformation", "rules: [{name: a, request: {headers: {set: {x-a: b}, rename: {x-b: x-c}}, query: {remove: [a]}, json: {set: {/a/b: {c: [1, true, null]}}, remove: [/x]}}, response: {statuses: [404], status: 410}}]")]
    public void Validate_GoodResource_IsAccepted(string kind, string spec) => Assert.Empty(Manifest.Errors(Of(kind, spec)));

    [Theory]
    [InlineData("ApiConsumer", "keys: [{name: a, sha256: my-secret-key}]", "spec.keys[0].sha256: expected the SHA-256 of the key in 64 hexadecimal digits")]
    [InlineData("ApiConsumer", "keys: [{name: a}]", "spec.keys[0]: expected sha256")]
    [InlineData("ApiConsumer", "keys: [{name: a, secret: {name: x}, notAfter: '2027-01-31T12:00:00'}]", "spec.keys[0].notAfter: expected a date such as")]
    [InlineData("ApiConsumer", "keys: [{name: a, secret: {name: x}}, {name: a, secret: {name: x}}]", "\"a\" names another one already")]
    [InlineData("ApiPlan", "limits: []", "spec.limits: expected 1 to 16 entries")]
    [InlineData("ApiPlan", "limits: [{name: a, quota: {requests: 0}}]", "spec.limits[0].quota.requests: expected more than zero")]
    [InlineData("ApiPlan", "limits: [{name: a, quota: {requests: 1}, match: [{plans: [gold]}]}]", "spec.limits[0].match[0].plans: a plan's limits are for its own consumers alone")]
    [InlineData("ApiAccess", "rules: [{name: a, match: [{plans: [gold]}]}]", "spec.rules[0].match[0].plans: whose request it is")]
    [InlineData("ApiAccess", "rules: [{name: a, match: [{hosts: ['a.example:80']}]}]", "spec.rules[0].match[0].hosts[0]: expected a host")]
    [InlineData("ApiAccess", "rules: [{name: a, keys: [{header: 'a b'}]}]", "spec.rules[0].keys[0]: expected one of header")]
    [InlineData("ApiVersions", "versions: [{name: v1}, {name: v2}]", "spec.versions[0].match: without a match the version takes all requests")]
    [InlineData("ApiVersions", "versions: [{name: v1, sunset: {date: soon}}]", "spec.versions[0].sunset.date: expected a date such as")]
    [InlineData("ApiVersions", "versions: [{name: v1, deprecation: {date: '2027-01-01'}, sunset: {date: '2026-01-01'}}]", "the version would end before it is deprecated")]
    [InlineData("ApiVersions", "versions: [{name: v1, successor: 'a>b'}]", "spec.versions[0].successor: expected a URI")]
    [InlineData("ApiTransformation", "rules: [{name: a}]", "spec.rules[0]: expected request or response")]
    [InlineData("ApiTransformation", "rules: [{name: a, request: {headers: {set: {Content-Length: '1'}}}}]", "\"Content-Length\" belongs to the connection")]
    [InlineData("ApiTransformation", "rules: [{name: a, response: {headers: {set: {x-a: \"b\\r\\nc: d\"}}}}]", "the value has control characters")]
    [InlineData("ApiTransformation", "rules: [{name: a, request: {json: {remove: [a]}}}]", "expected a JSON Pointer such as /owner/name")]
    [InlineData("ApiTransformation", "rules: [{name: a, response: {status: 204}}]", "spec.rules[0].response.status")]
    public void Validate_BrokenResource_IsRejected(string kind, string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(kind, spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Validate_KeyInPlaceOfItsHash_IsNotRepeatedInTheMessage() =>
        Assert.DoesNotContain(Manifest.Errors(Of("ApiConsumer", "keys: [{name: a, sha256: my-secret-key}]")), error => error.Contains("my-secret-key", StringComparison.Ordinal));

    private static string Of(string kind, string spec) => Manifest.Of("mesh.dev/v1", kind, "a", spec);
}
