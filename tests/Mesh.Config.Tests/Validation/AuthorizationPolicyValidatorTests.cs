using Mesh.Testing;



namespace Mesh.Config.Tests.Validation;

public sealed class AuthorizationPolicyValidatorTests
{
    [Theory]
    [InlineData("authz-valid.yaml")]
    [InlineData("authz-invalid.yaml")]
    public void Validate_IstiosOwnCases_AgreesWithIstio(string file) => IstioCrdCases.AssertAgreement(file);

    [Theory]
    [InlineData("action: DENY", "spec.rules: DENY without rules never happens")]
    [InlineData("action: CUSTOM\nprovider: {name: a}", "spec.rules: CUSTOM without rules never happens")]
    [InlineData("action: CUSTOM\nrules: [{}]", "spec.provider.name: CUSTOM needs the name")]
    [InlineData("action: CUSTOM\nrules: [{}]\nprovider: {}", "spec.provider.name: CUSTOM needs the name")]
    [InlineData("rules: [{}]\nprovider: {name: a}", "spec.provider: only CUSTOM has a provider, the action is ALLOW")]
    [InlineData("rules: [null]", "spec.rules[0]: the item is empty")]
    [InlineData("rules: [{from: []}]", "spec.rules[0].from: the list is empty")]
    [InlineData("rules: [{to: []}]", "spec.rules[0].to: the list is empty")]
    [InlineData("rules: [{from: [{}]}]", "spec.rules[0].from[0].source: is required")]
    [InlineData("rules: [{to: [{}]}]", "spec.rules[0].to[0].operation: is required")]
    [InlineData("rules: [{from: [{source: {}}]}]", "spec.rules[0].from[0].source: must say something")]
    [InlineData("rules: [{from: [{source: {principals: []}}]}]", "must say something")]
    [InlineData("rules: [{to: [{operation: {}}]}]", "spec.rules[0].to[0].operation: must say something")]
    [InlineData("selector: {matchLabels: {a: b}}\ntargetRef: {kind: Service, name: a}", "only one of selector, targetRef and targetRefs")]
    [InlineData("selector: {matchLabels: {'a*': b}}", "wildcard is not supported in selector")]
    public void Validate_BrokenShape_IsRejected(string spec, string expected) => AssertError(spec, expected);

    [Theory]
    [InlineData("principals: ['']", "spec.rules[0].from[0].source.principals[0]: must not be empty")]
    [InlineData("notPrincipals: [a, '']", "notPrincipals[1]: must not be empty")]
    [InlineData("requestPrincipals: ['']", "requestPrincipals[0]: must not be empty")]
    [InlineData("notRequestPrincipals: ['']", "notRequestPrincipals[0]: must not be empty")]
    [InlineData("namespaces: ['']", "namespaces[0]: must not be empty")]
    [InlineData("notNamespaces: ['']", "notNamespaces[0]: must not be empty")]
    [InlineData("ipBlocks: [1.2.3]", "ipBlocks[0]: \"1.2.3\" must be an IP address or a CIDR block")]
    [InlineData("notIpBlocks: ['1.2.3.4/33']", "notIpBlocks[0]")]
    [InlineData("remoteIpBlocks: ['']", "remoteIpBlocks[0]")]
    [InlineData("notRemoteIpBlocks: ['::1/129']", "notRemoteIpBlocks[0]")]
    [InlineData("serviceAccounts: [a/b/c]", "serviceAccounts[0]: \"a/b/c\" must be account or namespace/account")]
    [InlineData("serviceAccounts: [/a]", "must be account or namespace/account")]
    [InlineData("serviceAccounts: ['']", "must be account or namespace/account")]
    [InlineData("notServiceAccounts: ['a/*']", "wildcards are not allowed in service accounts")]
    [InlineData("serviceAccounts: [a]\nnotNamespaces: [b]", "cannot set serviceAccounts with namespaces or principals")]
    [InlineData("notServiceAccounts: [a]\nprincipals: [b]", "cannot set serviceAccounts with namespaces or principals")]
    [InlineData("trustDomains: [a/b]", "must be a trust domain without a path")]
    [InlineData("trustDomains: ['a*b']", "may have one *, at its start or its end")]
    [InlineData("notTrustDomains: ['*a*']", "may have one *, at its start or its end")]
    public void Validate_BrokenSource_IsRejected(string source, string expected) =>
        AssertError($"rules:\n- from:\n  - source:\n      {source.Replace("\n", "\n      ", StringComparison.Ordinal)}", expected);

    [Theory]
    [InlineData("hosts: ['']", "spec.rules[0].to[0].operation.hosts[0]: must not be empty")]
    [InlineData("notHosts: ['']", "notHosts[0]: must not be empty")]
    [InlineData("methods: ['']", "methods[0]: must not be empty")]
    [InlineData("notMethods: ['']", "notMethods[0]: must not be empty")]
    [InlineData("paths: ['']", "paths[0]: must not be empty")]
    [InlineData("notPaths: ['']", "notPaths[0]: must not be empty")]
    [InlineData("ports: [http]", "ports[0]: \"http\" must be a port from 0 to 65535")]
    [InlineData("ports: ['65536']", "ports[0]")]
    [InlineData("notPorts: ['-1']", "notPorts[0]")]
    [InlineData("ports: ['']", "ports[0]")]
    [InlineData("ports: [80]", "expected a string")]
    [InlineData("paths: ['/{**}/{*}']", "{**} must be the last operator")]
    [InlineData("paths: ['/{**}/a/{**}']", "{**} must be the last operator")]
    [InlineData("paths: ['/a/{id}']", "braces are for the whole segments")]
    [InlineData("notPaths: ['/a{*}']", "braces are for the whole segments")]
    [InlineData("paths: ['/{*}/*']", "\"*\" in the template \"/{*}/*\" must be text")]
    [InlineData("paths: ['/{*}//a']", "must be text that a path can hold")]
    public void Validate_BrokenOperation_IsRejected(string operation, string expected) => AssertError($"rules: [{{to: [{{operation: {{{operation}}}}}]}}]", expected);

    [Theory]
    [InlineData("values: [a]", "spec.rules[0].when[0].key: a key is required")]
    [InlineData("key: source.ip", "at least one of values and notValues is required")]
    [InlineData("key: source.ip, values: [a]", "spec.rules[0].when[0].values[0]: \"a\" must be an IP address")]
    [InlineData("key: remote.ip, notValues: [a]", "spec.rules[0].when[0].notValues[0]: \"a\" must be an IP address")]
    [InlineData("key: destination.ip, values: [a]", "must be an IP address")]
    [InlineData("key: destination.port, values: [a]", "must be a port from 0 to 65535")]
    [InlineData("key: source.principal, values: ['']", "must not be empty")]
    [InlineData("key: source.serviceAccount, values: ['a*']", "wildcards are not allowed")]
    [InlineData("key: source.trustDomain, values: ['a/b']", "without a path")]
    [InlineData("key: request.headers, values: [a]", "must have the form attribute[name]")]
    [InlineData("key: 'request.headers[]', values: [a]", "must have the form attribute[name]")]
    [InlineData("key: 'request.auth.claims[', values: [a]", "must have the form attribute[name]")]
    [InlineData("key: experimental.envoy.filters.a, values: [a]", "must have the form attribute[name]")]
    [InlineData("key: destination.namespace, values: [a]", "replaced by the namespace of the policy")]
    [InlineData("key: 'destination.labels[a]', values: [a]", "replaced by the selector")]
    [InlineData("key: destination.user, values: [a]", "of v1alpha1 only")]
    [InlineData("key: source.name, values: [a]", "unknown attribute \"source.name\"")]
    public void Validate_BrokenCondition_IsRejected(string condition, string expected) => AssertError($"rules: [{{when: [{{{condition}}}]}}]", expected);

    [Theory]
    [InlineData("from: [{source: {namespaces: [a]}}]", "spec.rules[0].from[0].source.namespaces: namespaces is not supported with the action CUSTOM")]
    [InlineData("from: [{source: {notServiceAccounts: [a]}}]", "notServiceAccounts is not supported")]
    [InlineData("from: [{source: {trustDomains: [a]}}]", "trustDomains is not supported")]
    [InlineData("from: [{source: {notPrincipals: [a]}}]", "notPrincipals is not supported")]
    [InlineData("from: [{source: {requestPrincipals: [a]}}]", "requestPrincipals is not supported")]
    [InlineData("when: [{key: source.principal, values: [a]}]", "spec.rules[0].when[0].key: source.principal is not supported")]
    [InlineData("when: [{key: source.serviceAccount, values: [a]}]", "source.serviceAccount is not supported")]
    [InlineData("when: [{key: source.trustDomain, values: [a]}]", "source.trustDomain is not supported")]
    [InlineData("when: [{key: 'request.auth.claims[a]', values: [a]}]", "request.auth.claims[a] is not supported")]
    public void Validate_IdentityForAnExternalAuthorizer_IsRejected(string rule, string expected) =>
        AssertError($"action: CUSTOM\nprovider: {{name: a}}\nrules: [{{{rule}}}]", expected);

    [Theory]
    [InlineData("{}")]
    [InlineData("rules: []")]
    [InlineData("rules: [{}]")]
    [InlineData("action: DENY\nrules: [{}]")]
    [InlineData("action: AUDIT\nrules: [{from: [{source: {notPrincipals: ['*']}}]}]")]
    [InlineData("action: CUSTOM\nprovider: {name: a}\nrules: [{to: [{operation: {paths: [/a]}}], when: [{key: source.ip, values: [1.2.3.4]}]}]")]
    [InlineData("rules: [{to: [{operation: {ports: ['0', '65535', '080'], paths: ['/{*}/a/{**}', '/a*', '*/{*}x']}}]}]", false)]
    [InlineData("rules: [{to: [{operation: {paths: ['/{*}/a/{**}', '/a*', '/', '*']}}]}]")]
    [InlineData("targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: a}]\nrules: [{}]")]
    public void Validate_Shape_IsJudgedAsIstioDoes(string spec, bool accepted = true) => Assert.Equal(accepted, Manifest.Errors(Of(spec)).Length == 0);

    [Theory]
    [InlineData("dry-run", "true", "ALLOW", true)]
    [InlineData("dry-run", "F", "DENY", true)]
    [InlineData("dry-run", "yes", "DENY", false)]
    [InlineData("dry-run", "true", "AUDIT", false)]
    public void Validate_DryRun_IsForAllowAndDeny(string annotation, string value, string action, bool accepted) =>
        Assert.Equal(accepted, Manifest.Errors(Annotated($"istio.io/{annotation}", value, action)).Length == 0);

    [Fact]
    public void Validate_DryRunOnAnotherKind_IsRejected() => Assert.Contains(
        Manifest.Errors("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, annotations: {istio.io/dry-run: 'true'}}\nspec: {}"),
        error => error.Contains("is for AuthorizationPolicy only", StringComparison.Ordinal));

    [Theory]
    [InlineData("route", "/orders/{id}", true)]
    [InlineData("request", "/orders/{id}", false)]
    [InlineData("endpoint", "/orders", false)]
    public void Validate_MatchPaths_SaysWhatPathsAre(string value, string path, bool accepted) => Assert.Equal(
        accepted, Manifest.Errors(Annotated("mesh.dev/match-paths", value, "DENY", $"to: [{{operation: {{paths: ['{path}'], ports: ['80']}}}}]")).Length == 0);

    [Theory]
    [InlineData("to: [{operation: {methods: [GET]}}]", true)]
    [InlineData("to: [{operation: {methods: [GET], ports: ['80']}}]", false)]
    [InlineData("from: [{source: {requestPrincipals: [a]}}]", true)]
    [InlineData("from: [{source: {requestPrincipals: [a], ipBlocks: [1.2.3.4]}}]", false)]
    [InlineData("from: [{source: {namespaces: [a]}}]\n  to: [{operation: {paths: [/a]}}]", true)]
    public void S68_DenyOnHttpAttributesAlone_IsWarnedOf(string rule, bool warned) => Assert.Equal(
        warned, Manifest.Warnings(Of($"action: DENY\nrules:\n- {rule}")).Any(warning => warning.Contains("at TCP ports", StringComparison.Ordinal)));

    [Fact]
    public void S46_TooMany_IsRejected()
    {
        AssertError($"rules: [{string.Join(", ", Enumerable.Repeat("{}", 513))}]", "at most 512 rules, found 513");
        AssertError($"rules: [{{from: [{string.Join(", ", Enumerable.Repeat("{source: {namespaces: [a]}}", 513))}]}}]", "at most 512 sources, found 513");
        AssertError($"rules: [{{from: [{{source: {{serviceAccounts: [{string.Join(", ", Enumerable.Repeat("a", 17))}]}}}}]}}]", "at most 16 service accounts, found 17");
        AssertError($"rules: [{{from: [{{source: {{serviceAccounts: [{new string('a', 321)}]}}}}]}}]", "at most 320 characters");
    }

    [Fact]
    public void Validate_SeveralMistakes_AreAllNamed() =>
        Assert.Equal(3, Manifest.Errors(Of("action: DENY\nprovider: {name: a}\nrules: [{to: [{operation: {ports: [x]}}], when: [{key: x, values: [a]}]}]")).Length);

    [Fact]
    public void Validate_SpecMissing_IsTakenForAnEmptyOne()
    {
        const string yaml = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}";

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Contains(Manifest.Warnings(yaml), warning => warning.Contains("spec is missing", StringComparison.Ordinal));
    }

    private static void AssertError(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    private static string Of(string spec) => Manifest.Of("security.istio.io/v1", "AuthorizationPolicy", "a", spec);

    private static string Annotated(string annotation, string value, string action, string rule = "") =>
        $"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {{name: a, annotations: {{{annotation}: '{value}'}}}}\nspec: {{action: {action}, rules: [{{{rule}}}]}}";
}
