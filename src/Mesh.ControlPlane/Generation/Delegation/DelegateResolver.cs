using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Origins;

namespace Mesh.ControlPlane.Generation.Delegation;

/// <summary>Puts the rules of delegates where root VirtualServices refer to them; a rule whose delegate cannot be had is dropped, and told (Istio).</summary>
/// <param name="virtualServices">All of them, roots and delegates.</param>
/// <param name="defaultExportTo">Of delegates that do not say it.</param>
/// <param name="clusterDomain">Completes the short names of a delegate, which are of its own namespace.</param>
/// <param name="notices">For what is dropped.</param>
internal sealed class DelegateResolver(
    ImmutableArray<ConfigResource<VirtualService>> virtualServices,
    IReadOnlyCollection<string> defaultExportTo,
    string clusterDomain,
    GenerationNotices notices)
{
    // A delegate is a VirtualService without hosts.
    private readonly Dictionary<(string Namespace, string Name), ConfigResource<VirtualService>> _delegates =
        virtualServices.Where(IsDelegate).ToDictionary(service => (service.Namespace, service.Resource.Id.Name));

    /// <summary>The VirtualServices that have hosts, each with all its rules, in the order they came.</summary>
    public ImmutableArray<ConfigResource<VirtualService>> Resolve() => [.. virtualServices.Where(service => !IsDelegate(service)).Select(Resolve)];

    private static bool IsDelegate(ConfigResource<VirtualService> service) => service.Spec.Hosts.Count == 0;

    private ConfigResource<VirtualService> Resolve(ConfigResource<VirtualService> root)
    {
        if (root.Spec.Http.All(rule => rule.Delegate is null))
        {
            return root;
        }

        var spec = root.Spec.Clone();
        spec.Http.Clear();
        var origins = ImmutableArray.CreateBuilder<RuleOrigin>();
        for (var index = 0; index < root.Spec.Http.Count; index++)
        {
            var rule = root.Spec.Http[index];
            foreach (var (expanded, origin) in rule.Delegate is null ? [(rule, new RuleOrigin(root.Resource.Id, index, IsWhole: true))] : Expand(root, rule))
            {
                spec.Http.Add(expanded);
                origins.Add(origin);
            }
        }

        return root with { Spec = spec, RuleOrigins = origins.ToImmutable() };
    }

    private IEnumerable<(HTTPRoute Rule, RuleOrigin Origin)> Expand(ConfigResource<VirtualService> root, HTTPRoute rule)
    {
        if (Find(root, rule.Delegate) is not { } found)
        {
            yield break;
        }

        for (var index = 0; index < found.Spec.Http.Count; index++)
        {
            var own = found.Spec.Http[index];
            if (own.Delegate is not null)
            {
                notices.LeftOut(found.Resource.Id, $"delegate {own.Delegate.Name}", "the rule is dropped, because a delegate cannot delegate again");
            }
            else if (RuleMerge.Merge(rule, Complete(own, found.Namespace)) is { } merged)
            {
                yield return (merged, new RuleOrigin(found.Resource.Id, index, IsWhole: false));
            }
            else
            {
                notices.LeftOut(
                    found.Resource.Id,
                    $"rule '{own.Name}' for {root.Resource.Id}",
                    "the rule is dropped, because its match is not within the match of the rule that delegates");
            }
        }
    }

    private ConfigResource<VirtualService>? Find(ConfigResource<VirtualService> root, Config.Istio.Networking.Delegate reference)
    {
        var @namespace = reference.Namespace.Length > 0 ? reference.Namespace : root.Namespace;
        var reason = !_delegates.TryGetValue((@namespace, reference.Name), out var found)
            ? "there is no such VirtualService without hosts"
            : !Visibility.IsExported(Visibility.Effective(found.Spec.ExportTo, defaultExportTo), @namespace, root.Namespace)
                ? $"it is not exported to {root.Namespace}"
                : null;
        if (reason is null)
        {
            return found;
        }

        notices.LeftOut(root.Resource.Id, $"delegate {@namespace}/{reference.Name}", $"the rule is dropped, because {reason}");
        return null;
    }

    private HTTPRoute Complete(HTTPRoute rule, string @namespace)
    {
        var result = rule.Clone();
        foreach (var destination in Destinations(result))
        {
            destination.Host = ShortNames.InResource(destination.Host, @namespace, clusterDomain);
        }

        return result;
    }

    private static IEnumerable<Destination> Destinations(HTTPRoute rule) =>
        Of(rule.Route).Concat(rule.Mirrors.Select(mirror => mirror.Destination)).Append(rule.Mirror).OfType<Destination>();

    private static IEnumerable<Destination> Of(RepeatedField<HTTPRouteDestination> route) => route.Select(target => target.Destination);
}
