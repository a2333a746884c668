using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Annotations;
using Mesh.Protocol.Envoy.Http;
using HttpRbac = Mesh.Protocol.Envoy.Filters.Http.Rbac.RBAC;
using Rbac = Mesh.Protocol.Envoy.Rbac.RBAC;
using Action = Mesh.Config.Istio.Security.AuthorizationPolicy.Types.Action;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Makes the filters that decide whether a request may pass: external authorizers, then AUDIT, DENY and ALLOW.</summary>
internal static class AuthorizationFilters
{
    private const string Allow = "envoy.filters.http.rbac";
    private const string Deny = "envoy.filters.http.rbac.DENY";
    private const string Audit = "envoy.filters.http.rbac.AUDIT";

    public static IEnumerable<HttpFilter> Of(InboundTarget target)
    {
        var policies = PolicySelector.AuthorizationPolicies(target).ToLookup(policy => policy.Spec.Action);
        return target.Context.IsProxylessGrpc
            ? GrpcFilters.Of(target, policies)
            : [
                .. ExternalAuthorizationFilters.Of(target, [.. policies[Action.Custom]]),
                .. Filter(target, Audit, [.. policies[Action.Audit]], Rbac.Types.Action.Log, ""),
                .. Filter(target, Deny, [.. policies[Action.Deny]], Rbac.Types.Action.Deny, "istio_dry_run_deny_"),
                .. Filter(target, Allow, [.. policies[Action.Allow]], Rbac.Types.Action.Allow, "istio_dry_run_allow_"),
            ];
    }

    /// <summary>Policies that only rehearse are shadow rules: evaluated, told, without effect.</summary>
    private static IEnumerable<HttpFilter> Filter(
        InboundTarget target, string name, ImmutableArray<ConfigResource<AuthorizationPolicy>> policies, Rbac.Types.Action action, string shadowPrefix)
    {
        if (policies.IsEmpty)
        {
            return [];
        }

        var rehearsed = policies.Where(policy => DryRunAnnotation.IsSet(policy.Resource.Annotations)).ToImmutableArray();
        var filter = new HttpRbac
        {
            Rules = PolicyRules.Of(target, policies.RemoveRange(rehearsed), action),
            ShadowRules = PolicyRules.Of(target, rehearsed, action),
            ShadowRulesStatPrefix = rehearsed.IsEmpty ? "" : shadowPrefix,
        };
        return [Wrap(name, filter)];
    }

    public static HttpFilter Wrap(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config) };
}
