using Google.Protobuf;
using Google.Protobuf.Collections;
using Mesh.Config;
using Mesh.Config.Extensions;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Istio.Security;
using Mesh.ControlPlane.Generation.Routes;
using PolicyTargetReference = Mesh.Config.Istio.Type.PolicyTargetReference;
using WorkloadSelector = Mesh.Config.Istio.Type.WorkloadSelector;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>Finds the policies that hold for a port: those of the root namespace, then those of the workload's, the oldest first.</summary>
internal static class PolicySelector
{
    private const string IstioNetworking = "networking.istio.io";

    public static IEnumerable<ConfigResource<AuthorizationPolicy>> AuthorizationPolicies(InboundTarget target) =>
        from policy in Candidates(target, target.Context.Index.AuthorizationPolicies)
        where Holds(target, policy, policy.Spec.Selector, policy.Spec.TargetRef, policy.Spec.TargetRefs)
        select policy;

    public static IEnumerable<ConfigResource<RequestAuthentication>> RequestAuthentications(InboundTarget target) =>
        from policy in Candidates(target, target.Context.Index.RequestAuthentications)
        where Holds(target, policy, policy.Spec.Selector, policy.Spec.TargetRef, policy.Spec.TargetRefs)
        select policy;

    public static IEnumerable<ConfigResource<RateLimit>> RateLimits(InboundTarget target) => Selecting(target, target.Context.Index.RateLimits, static spec => spec.Selector);

    public static IEnumerable<ConfigResource<ApiAccess>> ApiAccesses(InboundTarget target) => Selecting(target, target.Context.Index.ApiAccesses, static spec => spec.Selector);

    public static IEnumerable<ConfigResource<ApiVersions>> ApiVersions(InboundTarget target) => Selecting(target, target.Context.Index.ApiVersions, static spec => spec.Selector);

    public static IEnumerable<ConfigResource<ApiTransformation>> ApiTransformations(InboundTarget target) =>
        Selecting(target, target.Context.Index.ApiTransformations, static spec => spec.Selector);

    private static IEnumerable<ConfigResource<TSpec>> Selecting<TSpec>(InboundTarget target, PoliciesByNamespace<TSpec> policies, Func<TSpec, WorkloadSelector?> selectorOf)
        where TSpec : class, IMessage =>
        Candidates(target, policies).Where(policy => selectorOf(policy.Spec) is not { } selector || target.Context.Labels.Match(selector.MatchLabels));

    private static IEnumerable<ConfigResource<TSpec>> Candidates<TSpec>(InboundTarget target, PoliciesByNamespace<TSpec> policies)
        where TSpec : class, IMessage
    {
        var root = target.Context.Settings.RootNamespace;
        var own = target.Context.Client.Namespace;
        return root == own ? policies.Of(own) : policies.Of(root).Concat(policies.Of(own));
    }

    private static bool Holds<TSpec>(
        InboundTarget target, ConfigResource<TSpec> policy, WorkloadSelector? selector, PolicyTargetReference? reference, RepeatedField<PolicyTargetReference> references)
        where TSpec : class, IMessage
    {
        if (reference is null && references.Count == 0)
        {
            return selector is null || target.Context.Labels.Match(selector.MatchLabels);
        }

        // A reference to a gateway is for the gateway, not for what stands behind it.
        return references.Append(reference).Any(wanted => wanted is not null && target.Services.Any(service => IsMeant(target.Context, policy.Namespace, wanted, service)));
    }

    private static bool IsMeant(GenerationContext context, string @namespace, PolicyTargetReference wanted, RouteTarget target)
    {
        var service = target.Service.Service;
        return service.Namespace == @namespace && wanted.Kind switch
        {
            "Service" => service.Name == wanted.Name,
            "ServiceEntry" => context.State.Config.Resources.GetValueOrDefault(new ResourceId(IstioNetworking, wanted.Kind, @namespace, wanted.Name))?.Spec
                is ServiceEntry entry && entry.Hosts.Contains(service.Hostname),
            _ => false,
        };
    }
}
