using Mesh.Protocol.Extensions.Authorization;
using static Mesh.ControlPlane.Tests.Generation.Inbound.GuardedWorkload;
using RBAC = Mesh.Protocol.Envoy.Filters.Http.Rbac.RBAC;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

public sealed class AuthorizationFilterTests
{
    private const string Router = "envoy.filters.http.router";

    [Fact]
    public void Generate_NoPolicy_HasNoFilter() => Assert.Equal([Router], new GuardedWorkload().FilterNames);

    [Fact]
    public void Generate_EveryAction_IsInTheOrderOfEvaluation()
    {
        var workload = new GuardedWorkload(
            MeshYaml.Settings("extensionProviders: [{name: p, envoyExtAuthzHttp: {service: a.b.svc, port: 80}}]"),
            Authorization("rules: [{}]", "allow"),
            Authorization("action: DENY\nrules: [{}]", "deny"),
            Authorization("action: AUDIT\nrules: [{}]", "audit"),
            Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{}]", "custom"),
            Policy("RequestAuthentication", "jwtRules: [{issuer: i, jwks: '{\"keys\":[]}'}]"));

        Assert.Equal(["envoy.filters.http.jwt_authn", "mesh.filters.http.external_authorization.p", Audit, Deny, Allow, Router], workload.FilterNames);
        Assert.Equal(
            [Protocol.Envoy.Rbac.RBAC.Types.Action.Log, Protocol.Envoy.Rbac.RBAC.Types.Action.Deny, Protocol.Envoy.Rbac.RBAC.Types.Action.Allow],
            new[] { Audit, Deny, Allow }.Select(name => workload.Rules(name)!.Action));
        Assert.Equal(["ns[default]-policy[deny]-rule[0]"], workload.Rules(Deny)!.Policies.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_AllowWithoutRules_AllowsNothing(bool forGrpc)
    {
        var workload = new GuardedWorkload(Authorization("{}")) { Client = forGrpc ? GrpcReviews : Reviews };

        Assert.Empty(workload.Rules(Allow)!.Policies);
        Assert.Equal([Allow, Router], workload.FilterNames);
    }

    [Theory]
    [InlineData("selector: {matchLabels: {app: reviews}}", "default", true)]
    [InlineData("selector: {matchLabels: {app: reviews, version: v1}}", "istio-system", true)]
    [InlineData("selector: {matchLabels: {app: ratings}}", "istio-system", false)]
    [InlineData("selector: {matchLabels: {app: ratings}}", "default", false)]
    [InlineData("selector: {}", "default", true)]
    [InlineData("action: ALLOW", "default", true)]
    [InlineData("action: ALLOW", "istio-system", true)]
    [InlineData("action: ALLOW", "other", false)]
    [InlineData("targetRef: {kind: Service, name: reviews}", "default", true)]
    [InlineData("targetRefs: [{kind: Service, name: ratings}, {kind: Service, group: core, name: reviews}]", "default", true)]
    [InlineData("targetRefs: [{kind: Service, name: ratings}]", "default", false)]
    [InlineData("targetRefs: [{kind: Service, name: reviews}]", "istio-system", false)]
    [InlineData("targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: reviews}]", "default", false)]
    [InlineData("targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: entry}]", "default", true)]
    [InlineData("targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: other}]", "default", false)]
    public void Generate_Policy_HoldsForTheWorkloadsItNames(string target, string ns, bool holds)
    {
        var entry = MeshYaml.ServiceEntry("entry", "hosts: [reviews.example.com]\nports: [{number: 80, name: http, protocol: HTTP}]\nresolution: STATIC\nworkloadSelector: {labels: {app: reviews}}");

        Assert.Equal(holds, new GuardedWorkload(entry, Authorization($"{target}\nrules: [{{}}]", "a", ns)).FilterNames.Contains(Allow));
    }

    [Theory]
    [InlineData("action: ALLOW")]
    [InlineData("action: DENY")]
    [InlineData("action: DENY\nselector: {matchLabels: {app: reviews}}")]
    [InlineData("action: ALLOW\ntargetRefs: [{kind: Service, name: reviews}]")]
    [InlineData("action: ALLOW\ntargetRefs: [{kind: Service, name: reviews.default}]")]
    public void S45_PolicyOfAnotherNamespace_SaysNothingOfTheWorkload(string target) =>
        Assert.Equal([Router], new GuardedWorkload(Authorization($"{target}\nrules: [{{}}]", "a", "mallory")).FilterNames);

    [Fact]
    public void Generate_LikeNamesForGrpcServers_LoseNoPolicy()
    {
        // istiod's name for both is default-a-b-0.
        var workload = new GuardedWorkload(
            MeshYaml.Settings("rootNamespace: default-a"),
            Authorization("action: DENY\nrules: [{}]", "b", "default-a"),
            Authorization("action: DENY\nrules: [{}]", "a-b")) { Client = GrpcReviews };

        Assert.Equal(2, workload.Rules(Deny)!.Policies.Count);
    }

    [Fact]
    public void Generate_SeveralPolicies_AreOneFilterWithTheRootsFirst()
    {
        var workload = new GuardedWorkload(Authorization("rules: [{}, {}]", "own"), Authorization("rules: [{}]", "root", "istio-system"));

        Assert.Equal(
            ["ns[default]-policy[own]-rule[0]", "ns[default]-policy[own]-rule[1]", "ns[istio-system]-policy[root]-rule[0]"],
            workload.Rules(Allow)!.Policies.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void S70_DryRun_IsShadowRulesOnly()
    {
        var workload = new GuardedWorkload(Authorization("action: DENY\nrules: [{}]", annotations: "{istio.io/dry-run: 'true'}"));
        var filter = workload.Filter<RBAC>(Deny)!;

        Assert.Null(filter.Rules);
        Assert.Single(filter.ShadowRules.Policies);
        Assert.Equal("istio_dry_run_deny_", filter.ShadowRulesStatPrefix);
    }

    [Fact]
    public void S70_DryRunBesideAnEnforcedOne_StaysApart()
    {
        var workload = new GuardedWorkload(Authorization("{}", "dry", annotations: "{istio.io/dry-run: '1'}"), Authorization("rules: [{}]", "live", annotations: "{istio.io/dry-run: 'false'}"));
        var filter = workload.Filter<RBAC>(Allow)!;

        Assert.Equal(["ns[default]-policy[live]-rule[0]"], filter.Rules.Policies.Keys);
        Assert.Empty(filter.ShadowRules.Policies);
    }

    [Theory]
    [InlineData("action: ALLOW\nrules: [{to: [{operation: {methods: [GET]}}]}, {from: [{source: {namespaces: [a]}}]}]", Allow, "ns[default]-policy[a]-rule[1]")]
    [InlineData("action: ALLOW\nrules: [{when: [{key: 'request.headers[x]', values: [a]}]}]", Allow, "")]
    [InlineData("action: ALLOW\nrules: [{when: [{key: request.auth.principal, values: ['*']}]}]", Allow, "")]
    [InlineData("action: ALLOW\nrules: [{to: [{operation: {paths: [/a], ports: ['9180']}}, {operation: {ports: ['1']}}]}]", Allow, "ns[default]-policy[a]-rule[0]")]
    [InlineData("action: DENY\nrules: [{to: [{operation: {hosts: [a]}}]}]", Deny, "ns[default]-policy[a]-rule[0]")]
    public void S68_HttpAttributesAtATcpPort_FailClosed(string spec, string filter, string names)
    {
        var workload = Tcp(spec);

        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), workload.Rules(filter)!.Policies.Keys);
        Assert.Contains(workload.Mesh.Logs.Entries, entry => entry.Message.Contains("the TCP port 9180 has not", StringComparison.Ordinal));
    }

    [Fact]
    public void S68_DenyAtATcpPort_IgnoresWhatTheConnectionHasNot()
    {
        var workload = Tcp("action: DENY\nrules: [{from: [{source: {namespaces: [a], requestPrincipals: [b]}}], to: [{operation: {methods: [GET], ports: ['9180']}}]}]");

        Assert.Equal("port=9180", Text.Of(Assert.Single(workload.Rule(Deny).Permissions)));
        Assert.Equal("contains:/ns/a/sa/", Text.Of(Assert.Single(workload.Rule(Deny).Principals)));
    }

    [Fact]
    public void S68_AllowAtATcpPort_KeepsOnlyTheChoicesThatCanHold()
    {
        var workload = Tcp("rules: [{to: [{operation: {paths: [/a]}}, {operation: {ports: ['1']}}]}]");

        Assert.Equal("port=1", Text.Of(Assert.Single(workload.Rule().Permissions)));
    }

    [Theory]
    [InlineData("ALLOW", Allow, 0)]
    [InlineData("DENY", Deny, 1)]
    public void Generate_ConditionThatNobodyKnows_FailsClosedWithANotice(string action, string filter, int rules)
    {
        var workload = new GuardedWorkload(Authorization($"action: {action}\nrules: [{{when: [{{key: 'experimental.envoy.filters.a[b]', values: [c]}}], to: [{{operation: {{ports: ['80']}}}}]}}]"));

        Assert.Equal(rules, workload.Rules(filter)!.Policies.Count);
        Assert.Contains(workload.Mesh.Logs.Entries, entry => entry.Message.Contains("conditions in rule 0 that the mesh does not know", StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_DenyWithOneValueThatCannotBeSaid_DropsTheWholeChoice()
    {
        var workload = new GuardedWorkload(Authorization("action: DENY\nrules: [{from: [{source: {namespaces: ['a*b', c]}}]}, {from: [{source: {notNamespaces: ['a*b', c]}}]}]"));
        var rules = workload.Rules(Deny)!.Policies;

        Assert.Equal("any", Text.Of(Assert.Single(rules["ns[default]-policy[a]-rule[0]"].Principals)));
        Assert.Equal("not contains:/ns/c/sa/", Text.Of(Assert.Single(rules["ns[default]-policy[a]-rule[1]"].Principals)));
    }

    [Fact]
    public void Generate_ForGrpc_IsIstiodsForm()
    {
        var workload = new GuardedWorkload(
            Authorization("rules: [{from: [{source: {principals: [cluster.local/ns/a/sa/b]}}], to: [{operation: {hosts: [a.com, '*.b', 'c.*'], methods: [POST], paths: [/p.S/M]}}]}]", "allow"),
            Authorization("action: DENY\nrules: [{when: [{key: 'request.headers[X-A]', values: ['a*', '*b', '*']}]}]", "deny"),
            Authorization("action: AUDIT\nrules: [{}]", "audit"),
            Authorization("rules: [{}]", "dry", annotations: "{istio.io/dry-run: 'true'}")) { Client = GrpcReviews };

        Assert.Equal([Deny, Allow, Router], workload.FilterNames);
        Assert.Equal(["default-allow-0"], workload.Rules(Allow)!.Policies.Keys);
        Assert.Equal(
            @"(:authority=old regex:(?i)a\.com or :authority=old regex:(?i).*\.b or :authority=old regex:(?i)c\..*) and :method=old exact:POST and path=exact:/p.S/M",
            Text.Of(Assert.Single(workload.Rule().Permissions)));
        Assert.Equal("exact:spiffe://cluster.local/ns/a/sa/b", Text.Of(Assert.Single(workload.Rule().Principals)));
        Assert.Equal("(x-a=old prefix:a or x-a=old suffix:b or x-a=present)", Text.Of(Assert.Single(workload.Rule(Deny).Principals)));
    }

    [Theory]
    [InlineData("to: [{operation: {paths: ['/{*}']}}]")]
    [InlineData("when: [{key: 'request.headers[grpc-timeout]', values: [a]}]")]
    [InlineData("when: [{key: 'request.headers[:scheme]', values: [a]}]")]
    public void Generate_WhatGrpcServersRefuse_IsNeverSentToThem(string rule)
    {
        var workload = new GuardedWorkload(Authorization($"rules: [{{{rule}}}]"), Authorization($"action: DENY\nrules: [{{{rule}}}]", "b")) { Client = GrpcReviews };

        Assert.Empty(workload.Rules(Allow)!.Policies);
        Assert.Equal("any", Text.Of(Assert.Single(workload.Rule(Deny).Permissions)));
        Assert.Equal("any", Text.Of(Assert.Single(workload.Rule(Deny).Principals)));
    }

    [Fact]
    public void Generate_CustomForGrpc_IsDenied()
    {
        var workload = new GuardedWorkload(Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{to: [{operation: {paths: [/a]}}]}]")) { Client = GrpcReviews };

        Assert.Equal("path=exact:/a", Text.Of(Assert.Single(workload.Permissions(Deny))));
    }

    [Fact]
    public void Generate_UnknownProvider_DeniesWhatItWouldBeAskedAbout()
    {
        var workload = new GuardedWorkload(Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{to: [{operation: {paths: [/a]}}]}]"));
        var filter = workload.Filter<ExternalAuthorization>("mesh.filters.http.external_authorization.p")!;

        Assert.Equal(ExternalAuthorization.ServiceOneofCase.None, filter.ServiceCase);
        Assert.Single(filter.Rules.Policies);
        Assert.Contains(workload.Mesh.Logs.Entries, entry => entry.Message.Contains("every request that would be asked about is denied", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zipkin: {service: a.b, port: 1}")]
    [InlineData("envoyExtAuthzHttp: {service: a.b}")]
    [InlineData("envoyExtAuthzGrpc: {service: a.b, port: 70000}")]
    [InlineData("envoyExtAuthzGrpc: {port: 1}")]
    [InlineData("envoyExtAuthzGrpc: {service: a.b, port: 1, statusOnError: many}")]
    [InlineData("envoyExtAuthzHttp: {service: a.b, port: 1, pathPrefix: a}")]
    [InlineData("envoyExtAuthzHttp: {service: a.b, port: 1, headersToUpstreamOnAllow: ['*']}")]
    public void Generate_UnsoundProvider_NamesNoService(string provider)
    {
        var workload = new GuardedWorkload(
            MeshYaml.Settings($"extensionProviders: [{{name: p, {provider}}}]"), Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{}]"));

        Assert.Equal(
            ExternalAuthorization.ServiceOneofCase.None,
            workload.Filter<ExternalAuthorization>("mesh.filters.http.external_authorization.p")!.ServiceCase);
    }

    [Fact]
    public void Generate_HttpProvider_HasAllItsFields()
    {
        var filter = Provider("""
            envoyExtAuthzHttp: {service: auth/a.auth.svc.cluster.local, port: 8080, timeout: 1.5s, pathPrefix: /check, failOpen: true, statusOnError: "503",
            includeRequestHeadersInCheck: [x-a, 'x-b*', '*-c'], includeHeadersInCheck: [old], includeAdditionalHeadersInCheck: {x-z: c, x-b: d},
            includeRequestBodyInCheck: {maxRequestBytes: 10, allowPartialMessage: true, packAsBytes: true},
            headersToUpstreamOnAllow: [x-u], headersToDownstreamOnDeny: [x-d], headersToDownstreamOnAllow: [x-o]}
            """);

        Assert.Equal(("a.auth.svc.cluster.local", 8080u, "/check"), (filter.HttpService.Host, filter.HttpService.Port, filter.HttpService.PathPrefix));
        Assert.Equal((true, 503u, 1L), (filter.FailureModeAllow, filter.StatusOnError, filter.Timeout.Seconds));
        Assert.Equal(["x-a", "x-b", "-c"], filter.HttpService.IncludeRequestHeadersInCheck.Select(header => header.Exact + header.Prefix + header.Suffix));
        Assert.All(filter.HttpService.IncludeRequestHeadersInCheck, header => Assert.True(header.IgnoreCase));
        Assert.Equal(["x-b=d", "x-z=c"], filter.HttpService.IncludeAdditionalHeadersInCheck.Select(header => $"{header.Key}={header.Value}"));
        Assert.Equal((10u, true, true), (filter.IncludeRequestBody.MaxRequestBytes, filter.IncludeRequestBody.AllowPartialMessage, filter.IncludeRequestBody.PackAsBytes));
        Assert.Equal("x-u", Assert.Single(filter.HttpService.HeadersToUpstreamOnAllow).Exact);
        Assert.Equal("x-d", Assert.Single(filter.HttpService.HeadersToDownstreamOnDeny).Exact);
        Assert.Equal("x-o", Assert.Single(filter.HttpService.HeadersToDownstreamOnAllow).Exact);
    }

    [Fact]
    public void Generate_GrpcProvider_HasAllItsFields()
    {
        var filter = Provider("envoyExtAuthzGrpc: {service: a.b, port: 9000, timeout: 2s, failOpen: true, statusOnError: '500', includeRequestBodyInCheck: {maxRequestBytes: 1}}");

        Assert.Equal(("a.b", 9000u), (filter.GrpcService.Host, filter.GrpcService.Port));
        Assert.Equal((true, 500u, 2L, 1u), (filter.FailureModeAllow, filter.StatusOnError, filter.Timeout.Seconds, filter.IncludeRequestBody.MaxRequestBytes));
    }

    [Fact]
    public void Generate_SeveralProviders_AreAFilterEach()
    {
        var workload = new GuardedWorkload(
            Authorization("action: CUSTOM\nprovider: {name: q}\nrules: [{}]", "a"),
            Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{}]", "b"),
            Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{}]", "c"));

        Assert.Equal(["mesh.filters.http.external_authorization.p", "mesh.filters.http.external_authorization.q", Router], workload.FilterNames);
        Assert.Equal(2, workload.Filter<ExternalAuthorization>("mesh.filters.http.external_authorization.p")!.Rules.Policies.Count);
    }

    private static ExternalAuthorization Provider(string provider) => new GuardedWorkload(
        MeshYaml.Settings($"extensionProviders:\n- name: p\n  {provider.Replace('\n', ' ')}"),
        Authorization("action: CUSTOM\nprovider: {name: p}\nrules: [{}]")).Filter<ExternalAuthorization>("mesh.filters.http.external_authorization.p")!;

    private static GuardedWorkload Tcp(string spec) => new(
        "apiVersion: v1\nkind: Service\nmetadata: {name: reviews}\nspec: {ports: [{port: 9080, name: http, appProtocol: tcp}], selector: {app: reviews}}", Authorization(spec));
}
