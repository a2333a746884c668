using System.Collections.Immutable;
using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Annotations;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Extensions.Authorization;
using Rbac = Mesh.Protocol.Envoy.Rbac.RBAC;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Makes a filter for each provider that CUSTOM policies name: when to ask, whom, and how.</summary>
internal static class ExternalAuthorizationFilters
{
    private const string Prefix = "mesh.filters.http.external_authorization.";

    public static IEnumerable<HttpFilter> Of(InboundTarget target, ImmutableArray<ConfigResource<AuthorizationPolicy>> policies) =>
        from policy in policies
        group policy by policy.Spec.Provider?.Name ?? "" into byProvider
        orderby byProvider.Key
        select AuthorizationFilters.Wrap(Prefix + byProvider.Key, Filter(target, byProvider.Key, [.. byProvider]));

    private static ExternalAuthorization Filter(InboundTarget target, string provider, ImmutableArray<ConfigResource<AuthorizationPolicy>> policies)
    {
        // As istiod: conditions that cannot be said make the asking wider, as for DENY.
        var rehearsed = policies.Where(policy => DryRunAnnotation.IsSet(policy.Resource.Annotations)).ToImmutableArray();
        var filter = new ExternalAuthorization
        {
            Provider = provider,
            Rules = PolicyRules.Of(target, policies.RemoveRange(rehearsed), Rbac.Types.Action.Deny),
            ShadowRules = PolicyRules.Of(target, rehearsed, Rbac.Types.Action.Deny),
        };
        if (target.Context.Settings.ExtensionProvider(provider) is not { } settings)
        {
            Tell(target, policies, $"provider \"{provider}\" is not an external authorizer of the mesh configuration");
        }
        else if (AuthorizerTranslator.Apply(settings, filter) is { } problem)
        {
            Tell(target, policies, $"provider \"{provider}\": {problem}");
        }

        return filter;
    }

    // Without a service the filter denies what it would ask about.
    private static void Tell(InboundTarget target, ImmutableArray<ConfigResource<AuthorizationPolicy>> policies, string problem)
    {
        foreach (var policy in policies)
        {
            target.Context.Notices.LeftOut(policy.Resource.Id, problem, "every request that would be asked about is denied");
        }
    }
}
