using System.Collections.Immutable;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Annotations;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Origins;

namespace Mesh.ControlPlane.Generation.Policies;

/// <summary>Finds the DestinationRules of a service as a client sees it, and merges those for one host.</summary>
internal static class DestinationRuleResolver
{
    public static EffectiveRule Resolve(GenerationContext context, string host, string serviceNamespace)
    {
        // Istio: the client's namespace, then the service's, then the root; the first that has a rule decides.
        foreach (var @namespace in new[] { context.Client.Namespace, serviceNamespace, context.Settings.RootNamespace }.Distinct(StringComparer.Ordinal))
        {
            if (context.Index.DestinationRules.TryGetValue(@namespace, out var rules) && Select(context, rules, host) is { Length: > 0 } selected)
            {
                return Merge(selected);
            }
        }

        return EffectiveRule.None;
    }

    private static ImmutableArray<ConfigResource<DestinationRule>> Select(
        GenerationContext context, ImmutableArray<ConfigResource<DestinationRule>> rules, string host)
    {
        var best = 0;
        var selected = ImmutableArray.CreateBuilder<ConfigResource<DestinationRule>>();
        foreach (var rule in rules)
        {
            var specificity = HostPattern.Specificity(ShortNames.InResource(rule.Spec.Host, rule.Namespace, context.ClusterDomain), host);
            if (specificity < best || specificity <= 0 || !HoldsFor(context, rule))
            {
                continue;
            }

            if (specificity > best)
            {
                best = specificity;
                selected.Clear();
            }

            selected.Add(rule);
        }

        return OfOneSelector(selected.ToImmutable());
    }

    private static bool HoldsFor(GenerationContext context, ConfigResource<DestinationRule> rule)
    {
        var client = context.Client.Namespace;
        if (rule.Spec.WorkloadSelector is { MatchLabels.Count: > 0 } selector)
        {
            return rule.Namespace == client && context.Labels.Match(selector.MatchLabels);
        }

        return rule.Namespace == client || Visibility.IsExported(Visibility.Effective(rule.Spec.ExportTo, context.Settings.DestinationRuleExportTo), rule.Namespace, client);
    }

    // Rules that name their clients go before those that do not, and merge only with their like.
    private static ImmutableArray<ConfigResource<DestinationRule>> OfOneSelector(ImmutableArray<ConfigResource<DestinationRule>> rules)
    {
        var first = rules.FirstOrDefault(rule => rule.Spec.WorkloadSelector is { MatchLabels.Count: > 0 });
        return first is null ? rules : [.. rules.Where(rule => first.Spec.WorkloadSelector.Equals(rule.Spec.WorkloadSelector))];
    }

    private static EffectiveRule Merge(ImmutableArray<ConfigResource<DestinationRule>> rules)
    {
        var subsets = rules
            .SelectMany(rule => rule.Spec.Subsets.Select((subset, index) => (Subset: subset, Origin: new RuleOrigin(rule.Resource.Id, index, IsWhole: true))))
            .DistinctBy(entry => entry.Subset.Name, StringComparer.Ordinal)
            .ToArray();
        return new EffectiveRule(
            rules[0].Resource.Id,
            rules.FirstOrDefault(rule => rule.Spec.TrafficPolicy is not null)?.Spec.TrafficPolicy,
            [.. subsets.Select(entry => entry.Subset)])
        {
            NamesClients = rules[0].Spec.WorkloadSelector is { MatchLabels.Count: > 0 },
            SubsetOrigins = [.. subsets.Select(entry => entry.Origin)],
            HealthCheck = rules.Select(rule => HealthCheckAnnotation.Read(rule.Resource.Annotations)).FirstOrDefault(check => check is not null),
        };
    }
}
