using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.DestinationRules;

/// <summary>DestinationRules for hosts that are not there, and subsets that no pod is in (IST0174, IST0173).</summary>
internal sealed class SubsetAnalyzer : IAnalyzer
{
    private const string HostLabel = "kubernetes.io/hostname";

    private static readonly string[] LocalityLabels = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

    public string Name => "destinationrule.SubsetSelectPodAnalyzer";

    public string Description => "Checks if pods are selected by subsets in destination rules.";

    public void Analyze(AnalysisContext context)
    {
        var nodes = context.All(KindNames.Node).ToDictionary(node => node.Name, StringComparer.Ordinal);
        var placed = context.All(KindNames.Pod)
            .Select(pod => (Pod: pod, Node: nodes.GetValueOrDefault(pod.Document.Field("spec").Text("nodeName"))))
            .Where(entry => entry.Node is not null)
            .Select(entry => Augment(entry.Pod, entry.Node!))
            .ToArray();
        foreach (var resource in context.All(KindNames.DestinationRule))
        {
            var rule = resource.Spec<DestinationRule>();
            if (context.Snapshot.Hosts.Find(rule.Host, resource.Namespace, rule.ExportTo) is not { } destination)
            {
                context.Report(Messages.UnknownDestinationRuleHost, resource, rule.Host);
                continue;
            }

            foreach (var subset in rule.Subsets.Reverse().DistinctBy(subset => subset.Name))
            {
                var labels = destination.WorkloadLabels.Where(label => !subset.Labels.ContainsKey(label.Key)).Concat(subset.Labels);
                var selector = new LabelSelector(labels);
                if (!context.Snapshot.Pods.Select(selector).Any() && !(AsksForPlace(selector) && placed.Any(selector.Matches)))
                {
                    context.Report(Messages.DestinationRuleSubsetNotSelectPods, resource, subset.Name);
                }
            }
        }
    }

    /// <summary>Endpoints carry where their node stands, which the labels of pods do not say.</summary>
    private static Dictionary<string, string> Augment(AnalysisResource pod, AnalysisResource node)
    {
        var labels = new Dictionary<string, string>(pod.Labels, StringComparer.Ordinal) { [HostLabel] = node.Name };
        foreach (var key in LocalityLabels)
        {
            if (node.Labels.TryGetValue(key, out var value))
            {
                labels[key] = value;
            }
        }

        return labels;
    }

    private static bool AsksForPlace(LabelSelector selector) => selector.Labels.Any(label => label.Key == HostLabel || LocalityLabels.Contains(label.Key));
}
