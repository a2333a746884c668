using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Annotations;
using Mesh.Protocol.Envoy.Http;
using HttpRbac = Mesh.Protocol.Envoy.Filters.Http.Rbac.RBAC;
using Rbac = Mesh.Protocol.Envoy.Rbac.RBAC;
using Action = Mesh.Config.Istio.Security.AuthorizationPolicy.Types.Action;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Makes the authorization of gRPC's own servers (gRFC A41): what they cannot do, they refuse.</summary>
internal static class GrpcFilters
{
    private const string Allow = "envoy.filters.http.rbac";
    private const string Deny = "envoy.filters.http.rbac.DENY";

    public static IEnumerable<HttpFilter> Of(InboundTarget target, ILookup<Action, ConfigResource<AuthorizationPolicy>> policies)
    {
        // They cannot ask an authorizer: what would be asked about is denied. They report no dry run and no audit.
        var custom = policies[Action.Custom].ToArray();
        foreach (var policy in custom)
        {
            target.Context.Notices.LeftOut(policy.Resource.Id, "action CUSTOM", "gRPC's own servers cannot ask an authorizer; they deny what it would be asked about");
        }

        return
        [
            .. Filter(target, Deny, [.. Enforced(policies[Action.Deny]), .. custom], Rbac.Types.Action.Deny),
            .. Filter(target, Allow, [.. Enforced(policies[Action.Allow])], Rbac.Types.Action.Allow),
        ];
    }

    private static IEnumerable<ConfigResource<AuthorizationPolicy>> Enforced(IEnumerable<ConfigResource<AuthorizationPolicy>> policies) =>
        policies.Where(policy => !DryRunAnnotation.IsSet(policy.Resource.Annotations));

    // istiod leaves the filter out for an ALLOW without rules, which then allows everything; here it denies everything, as everywhere.
    private static IEnumerable<HttpFilter> Filter(InboundTarget target, string name, ConfigResource<AuthorizationPolicy>[] policies, Rbac.Types.Action action) =>
        PolicyRules.Of(target, policies, action) is { } rules ? [AuthorizationFilters.Wrap(name, new HttpRbac { Rules = rules })] : [];
}
