using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>Istio's rules for DestinationRule.</summary>
internal sealed class DestinationRuleValidator() : SpecValidator<DestinationRule>(ResourceKinds.DestinationRule)
{
    protected override void Validate(FieldScope scope, DestinationRule spec, Resource resource)
    {
        var ns = resource.Id.Namespace;
        scope.Field("host").Require(
            DnsNames.IsWildcardDomain(spec.Host),
            spec.Host.Length == 0 ? "a host is required" : $"\"{spec.Host}\" must be a host name, or *. and a domain");
        TrafficPolicyRules.Check(scope.Field("trafficPolicy"), spec.TrafficPolicy, ns);
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("subsets", spec.Subsets, (item, subset) =>
        {
            item.Field("name").Require(
                DnsNames.IsLabel(subset.Name),
                subset.Name.Length == 0 ? "a name is required" : $"the subset name \"{subset.Name}\" must be letters, digits and -, at most 63 characters");
            item.Field("name").Require(names.Add(subset.Name), $"the subset \"{subset.Name}\" is defined twice");
            LabelRules.Labels(item, "labels", subset.Labels);
            TrafficPolicyRules.Check(item.Field("trafficPolicy"), subset.TrafficPolicy, ns);
        });
        ExportToRules.Check(scope, spec.ExportTo, ns);
        if (spec.WorkloadSelector is { } selector)
        {
            LabelRules.Selector(scope.Field("workloadSelector"), "matchLabels", selector.MatchLabels);
            scope.Field("exportTo").Require(
                spec.ExportTo.All(entry => entry == "." || entry == ns),
                "a rule with a workloadSelector is seen in its own namespace only; remove exportTo or set it to \".\"");
        }
    }
}
