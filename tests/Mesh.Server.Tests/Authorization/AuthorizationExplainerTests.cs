using System.Text.Json;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Explanation;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>What meshctl authz check tells.</summary>
public sealed class AuthorizationExplainerTests
{
    private static readonly InboundPort Sample = Port(Of(
        new ExternalAuthorization("custom") { Provider = "opa", Service = new AuthorizationService(IsGrpc: true, "opa", 9191), Rules = new RbacRules(RbacAction.Allow, [Policy("ask", Path("/pay"))]) },
        Filter(RbacAction.Deny, Policy("no-audit", principal: Exact(Audit))),
        Shadow(RbacAction.Deny, Policy("trial")),
        Filter(RbacAction.Allow, Policy("readers", new AllOf([Header(":method", "GET"), Path("/orders/", StringMatchKind.Prefix)]), Exact(Cart)), Policy("admins", principal: Claim("role", "admin")))));

    [Fact]
    public void Explain_AllowedRequest_ShowsEveryVerdict()
    {
        var explanation = AuthorizationExplainer.Explain(Sample, new AuthorizationQuestion { Principal = "cluster.local/ns/shop/sa/cart", Path = "/orders/1" });

        Assert.True(explanation.IsAllowed);
        Assert.Empty(explanation.Asks);
        Assert.Equal(
            [
                new PolicyVerdict("custom", "CUSTOM", "ask", IsDryRun: false, Matches: false, "path '/pay'"),
                new PolicyVerdict("envoy.filters.http.rbac.Deny", "DENY", "no-audit", IsDryRun: false, Matches: false, $"principal '{Audit}'"),
                new PolicyVerdict("envoy.filters.http.rbac.Deny", "DENY", "trial", IsDryRun: true, Matches: true, FailingCondition: null),
                new PolicyVerdict("envoy.filters.http.rbac.Allow", "ALLOW", "readers", IsDryRun: false, Matches: true, FailingCondition: null),
                new PolicyVerdict("envoy.filters.http.rbac.Allow", "ALLOW", "admins", IsDryRun: false, Matches: false, "request.auth.claims.role with an item 'admin'"),
            ],
            explanation.Verdicts);
    }

    [Fact]
    public void Explain_RefusedRequest_NamesTheFirstConditionThatFails()
    {
        var explanation = AuthorizationExplainer.Explain(Sample, new AuthorizationQuestion { Principal = Cart, Path = "/orders/1", Method = "DELETE" });

        Assert.False(explanation.IsAllowed);
        Assert.Contains("readers lacks method 'GET'", explanation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_DeniedCaller_NamesThePolicy()
    {
        var explanation = AuthorizationExplainer.Explain(Sample, new AuthorizationQuestion { Principal = Audit, Path = "/pay" });

        Assert.Equal(["opa"], explanation.Asks);
        Assert.Equal("policy no-audit (envoy.filters.http.rbac.Deny) matches", explanation.Reason);
    }

    [Fact]
    public void Explain_Claims_Count()
    {
        var claims = JsonDocument.Parse("""{"iss":"i","sub":"s","role":["admin"]}""").RootElement;

        Assert.True(AuthorizationExplainer.Explain(Sample, new AuthorizationQuestion { Path = "/any", Claims = claims }).IsAllowed);
        Assert.False(AuthorizationExplainer.Explain(Sample, new AuthorizationQuestion { Path = "/any" }).IsAllowed);
    }

    [Fact]
    public void Explain_PortWithoutPolicies_IsOpen() =>
        Assert.True(AuthorizationExplainer.Explain(Port(null), new AuthorizationQuestion()).IsAllowed);

    [Fact]
    public void Explain_PrincipalThatIsNone_SaysSo() =>
        Assert.Contains("is no SPIFFE id", Assert.Throws<FormatException>(() => AuthorizationExplainer.Explain(Sample, new AuthorizationQuestion { Principal = "Cart" })).Message, StringComparison.Ordinal);
}
