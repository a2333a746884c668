using Mesh.Protocol.Envoy.Rbac;
using Mesh.Protocol.Envoy.Path.UriTemplate;
using Mesh.Protocol.Extensions.Authorization;
using static Mesh.ControlPlane.Tests.Generation.Inbound.GuardedWorkload;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

public sealed class AuthorizationConditionTests
{
    [Theory]
    [InlineData("principals: [cluster.local/ns/a/sa/b]", "exact:spiffe://cluster.local/ns/a/sa/b")]
    [InlineData("principals: ['cluster.local/ns/a/*']", "prefix:spiffe://cluster.local/ns/a/")]
    [InlineData("principals: ['*/sa/b']", "suffix:/sa/b")]
    [InlineData("principals: ['*']", "prefix:spiffe://")]
    [InlineData("namespaces: [a]", "contains:/ns/a/sa/")]
    [InlineData("namespaces: ['a*']", "contains:/ns/a")]
    [InlineData("namespaces: ['*a']", "contains:a/sa/")]
    [InlineData("namespaces: ['*']", "contains:/ns/")]
    [InlineData("serviceAccounts: [b]", "suffix:/ns/default/sa/b")]
    [InlineData("serviceAccounts: [a/b]", "suffix:/ns/a/sa/b")]
    [InlineData("trustDomains: [td]", "prefix:spiffe://td/")]
    [InlineData("trustDomains: ['td*']", "prefix:spiffe://td")]
    [InlineData("trustDomains: ['*td']", "contains:td/ns/")]
    [InlineData("trustDomains: ['*']", "prefix:spiffe://")]
    [InlineData("ipBlocks: [1.2.3.4]", "direct:1.2.3.4/32")]
    [InlineData("ipBlocks: ['10.1.2.3/8']", "direct:10.0.0.0/8")]
    [InlineData("remoteIpBlocks: ['2001:db8::/32']", "remote:2001:db8::/32")]
    [InlineData("requestPrincipals: [iss/sub]", "istio_authn/request.auth.principal=exact:iss/sub")]
    [InlineData("requestPrincipals: ['iss/*']", "istio_authn/request.auth.principal=prefix:iss/")]
    [InlineData("requestPrincipals: ['*']", "istio_authn/request.auth.principal=present")]
    public void Translate_Source_IsAPrincipal(string source, string expected)
    {
        var name = source[..source.IndexOf(':', StringComparison.Ordinal)];
        var negative = $"not{char.ToUpperInvariant(name[0])}{source[1..]}";

        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(From(source).Principals()).OrIds.Ids)));
        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(From(negative).Principals()).NotId.OrIds.Ids)));
    }

    [Theory]
    [InlineData("hosts: [a.com]", ":authority=exact:a.com, any case")]
    [InlineData("hosts: ['*.a.com']", ":authority=suffix:.a.com, any case")]
    [InlineData("hosts: ['a.*']", ":authority=prefix:a., any case")]
    [InlineData("hosts: ['*']", ":authority=present")]
    [InlineData("methods: [GET]", ":method=exact:GET")]
    [InlineData("methods: ['G*']", ":method=prefix:G")]
    [InlineData("methods: ['*']", ":method=present")]
    [InlineData("paths: [/a]", "path=exact:/a")]
    [InlineData("paths: ['/a*']", "path=prefix:/a")]
    [InlineData("paths: ['*/a']", "path=suffix:/a")]
    [InlineData("paths: ['*']", "path=regex:.+")]
    [InlineData("paths: ['/a/{*}/b/{**}']", "template=/a/*/b/**")]
    [InlineData("ports: ['80']", "port=80")]
    public void Translate_Operation_IsAPermission(string operation, string expected)
    {
        var negative = $"not{char.ToUpperInvariant(operation[0])}{operation[1..]}";

        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(To(operation).Permissions()).OrRules.Rules)));
        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(To(negative).Permissions()).NotRule.OrRules.Rules)));
    }

    [Theory]
    [InlineData("source.ip", "1.2.3.4", "direct:1.2.3.4/32")]
    [InlineData("remote.ip", "1.2.3.0/24", "remote:1.2.3.0/24")]
    [InlineData("source.namespace", "a", "contains:/ns/a/sa/")]
    [InlineData("source.serviceAccount", "b", "suffix:/ns/default/sa/b")]
    [InlineData("source.principal", "*/sa/b", "suffix:/sa/b")]
    [InlineData("source.trustDomain", "td", "prefix:spiffe://td/")]
    [InlineData("request.auth.principal", "i/s", "istio_authn/request.auth.principal=exact:i/s")]
    [InlineData("request.auth.audiences", "a*", "istio_authn/request.auth.audiences=either prefix:a or any prefix:a")]
    [InlineData("request.auth.presenter", "*a", "istio_authn/request.auth.presenter=suffix:a")]
    [InlineData("request.auth.claims[groups]", "a", "istio_authn/request.auth.claims/groups=either exact:a or any exact:a")]
    [InlineData("request.auth.claims[a.b][c]", "*", "istio_authn/request.auth.claims/a.b/c=present")]
    [InlineData("request.headers[X-Role]", "a", "x-role=exact:a")]
    [InlineData("request.headers[x-role]", "*", "x-role=present")]
    public void Translate_ConditionOnWhoAsks_IsAPrincipal(string key, string value, string expected)
    {
        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(When(key, "values", value).Principals()).OrIds.Ids)));
        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(When(key, "notValues", value).Principals()).NotId.OrIds.Ids)));
        Assert.Empty(When(key, "values", value).Permissions());
    }

    [Theory]
    [InlineData("destination.ip", "10.0.0.0/8", "destination=10.0.0.0/8")]
    [InlineData("destination.port", "80", "port=80")]
    [InlineData("connection.sni", "*.a.com", "sni=suffix:.a.com")]
    [InlineData("connection.sni", "*", "sni=regex:.+")]
    public void Translate_ConditionOnWhatIsAsked_IsAPermission(string key, string value, string expected)
    {
        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(When(key, "values", value).Permissions()).OrRules.Rules)));
        Assert.Equal(expected, Text.Of(Assert.Single(Assert.Single(When(key, "notValues", value).Permissions()).NotRule.OrRules.Rules)));
        Assert.Empty(When(key, "values", value).Principals());
    }

    [Fact]
    public void Translate_WholeRule_IsInIstiodsOrder()
    {
        var workload = new GuardedWorkload(Authorization("""
            rules:
            - from:
              - source: {ipBlocks: [1.2.3.4], namespaces: [a, b], notPrincipals: [p], requestPrincipals: [r]}
              - source: {remoteIpBlocks: [5.6.7.8]}
              to:
              - operation: {ports: ["80"], hosts: [h], notMethods: [PUT], paths: [/p]}
              when:
              - {key: "request.headers[x]", values: [v], notValues: [w]}
              - {key: destination.port, values: ["81"]}
            """));
        var rule = workload.Rule();

        Assert.Equal(["ns[default]-policy[a]-rule[0]"], workload.Rules(Allow)!.Policies.Keys);
        Assert.Equal(
            ":authority=exact:h, any case and not :method=exact:PUT and path=exact:/p and port=80 and port=81",
            Text.Of(Assert.Single(rule.Permissions)));
        Assert.Equal(
            [
                "not exact:spiffe://p and istio_authn/request.auth.principal=exact:r and (contains:/ns/a/sa/ or contains:/ns/b/sa/) and direct:1.2.3.4/32 and x=exact:v and not x=exact:w",
                "remote:5.6.7.8/32 and x=exact:v and not x=exact:w",
            ],
            rule.Principals.Select(Text.Of));
    }

    [Fact]
    public void Translate_EmptyRule_MatchesEverything()
    {
        var rule = new GuardedWorkload(Authorization("rules: [{}]")).Rule();

        Assert.True(Assert.Single(Assert.Single(rule.Permissions).AndRules.Rules).Any);
        Assert.True(Assert.Single(Assert.Single(rule.Principals).AndIds.Ids).Any);
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("(a|b)+")]
    [InlineData("[a]")]
    [InlineData("a\\\\d$")]
    public void S66_NamesWithRegexCharacters_AreComparedAsText(string name)
    {
        var expected = name.Replace("\\\\", "\\", StringComparison.Ordinal);
        foreach (var field in new[] { "principals", "namespaces", "serviceAccounts", "trustDomains", "requestPrincipals" })
        {
            var principal = Text.Of(Assert.Single(Assert.Single(From($"{field}: [\"{name}\"]").Principals()).OrIds.Ids));

            Assert.Contains(expected, principal, StringComparison.Ordinal);
            Assert.DoesNotContain("regex", principal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Translate_SuffixThatEndsAFixedWord_DoesNotMatchThatWord() => Assert.Equal(
        "contains:s/sa/ and not contains:/ns/sa/sa/", Text.Of(Assert.Single(Assert.Single(From("namespaces: ['*s']").Principals()).OrIds.Ids)));

    [Theory]
    [InlineData("principals: [td1/ns/a/sa/b]", "exact:spiffe://td1/ns/a/sa/b exact:spiffe://td2/ns/a/sa/b exact:spiffe://old-td/ns/a/sa/b")]
    [InlineData("principals: [cluster.local/ns/a/sa/b]", "exact:spiffe://td1/ns/a/sa/b exact:spiffe://td2/ns/a/sa/b exact:spiffe://old-td/ns/a/sa/b")]
    [InlineData("principals: [old-td/ns/a/sa/b]", "exact:spiffe://td1/ns/a/sa/b exact:spiffe://td2/ns/a/sa/b exact:spiffe://old-td/ns/a/sa/b")]
    [InlineData("principals: ['*-td/ns/a/sa/b']", "exact:spiffe://td1/ns/a/sa/b exact:spiffe://td2/ns/a/sa/b suffix:-td/ns/a/sa/b")]
    [InlineData("principals: ['*/ns/a/sa/b']", "suffix:/ns/a/sa/b")]
    [InlineData("principals: [foreign/ns/a/sa/b]", "exact:spiffe://foreign/ns/a/sa/b")]
    [InlineData("principals: ['td1/*']", "prefix:spiffe://td1/")]
    [InlineData("trustDomains: [td2]", "prefix:spiffe://td1/ prefix:spiffe://td2/ prefix:spiffe://old-td/")]
    public void Translate_PrincipalOfTheMesh_MeansThatOfItsAliasesToo(string source, string expected)
    {
        var workload = new GuardedWorkload(MeshYaml.Settings("trustDomain: td1\ntrustDomainAliases: [td2, old-td]"), Authorization($"rules: [{{from: [{{source: {{{source}}}}}]}}]"));

        Assert.Equal(expected, string.Join(' ', Assert.Single(workload.Principals()).OrIds.Ids.Select(Text.Of)));
    }

    [Fact]
    public void Translate_MatchPathsRoute_ComparesTheEndpointsTemplate()
    {
        var workload = new GuardedWorkload(Authorization("rules: [{to: [{operation: {paths: ['/orders/{id}', '/admin/*', '*']}}]}]", annotations: "{mesh.dev/match-paths: route}"));
        var templates = Assert.Single(workload.Permissions()).OrRules.Rules.Select(rule => rule.Matcher.TypedConfig.Unpack<EndpointRoute>().Template).ToArray();

        Assert.Equal(["/orders/{id}", "/admin/"], [templates[0].Exact, templates[1].Prefix]);
        Assert.True(templates[0].IgnoreCase && templates[1].IgnoreCase);
        Assert.Equal(".+", templates[2].SafeRegex.Regex);
    }

    [Fact]
    public void Translate_PathTemplate_IsEnvoys()
    {
        var permission = Assert.Single(Assert.Single(To("paths: ['/{*}/b/{**}']").Permissions()).OrRules.Rules);

        Assert.Equal(Permission.RuleOneofCase.UriTemplate, permission.RuleCase);
        Assert.Equal("/*/b/**", permission.UriTemplate.TypedConfig.Unpack<UriTemplateMatchConfig>().PathTemplate);
    }

    private static GuardedWorkload From(string source) => new(Authorization($"rules: [{{from: [{{source: {{{source}}}}}]}}]"));

    private static GuardedWorkload To(string operation) => new(Authorization($"rules: [{{to: [{{operation: {{{operation}}}}}]}}]"));

    private static GuardedWorkload When(string key, string field, string value) => new(Authorization($"rules: [{{when: [{{key: '{key}', {field}: ['{value}']}}]}}]"));
}
