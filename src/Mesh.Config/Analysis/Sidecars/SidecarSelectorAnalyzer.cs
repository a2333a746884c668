using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Sidecars;

/// <summary>Sidecars that select no pod, one that another selects too, or one without a sidecar; and several for all of one namespace (IST0101, IST0110, IST0111, IST0167).</summary>
internal sealed class SidecarSelectorAnalyzer : IAnalyzer
{
    public string Name => "sidecar.SelectorAnalyzer";

    public string Description =>
        "Validates that sidecars that define a workload selector match at least one pod, and that there aren't multiple sidecar resources that select overlapping pods";

    public void Analyze(AnalysisContext context)
    {
        var selected = new OrderedDictionary<AnalysisResource, List<AnalysisResource>>();
        var defaults = new List<AnalysisResource>();
        foreach (var sidecar in context.All(KindNames.Sidecar))
        {
            var selector = new LabelSelector(sidecar.Spec<Sidecar>().WorkloadSelector?.Labels.AsEnumerable() ?? []);
            if (selector.IsEmpty)
            {
                defaults.Add(sidecar);
                continue;
            }

            var pods = context.Snapshot.Pods.Select(selector, sidecar.Namespace).ToArray();
            if (pods.Length == 0)
            {
                context.ReportAt(selector.LineIn(sidecar, "spec.workloadSelector.labels"), Messages.ReferencedResourceNotFound, sidecar, "selector", selector.ToString());
            }

            foreach (var pod in pods)
            {
                if (!selected.TryGetValue(pod, out var rivals))
                {
                    selected[pod] = rivals = [];
                }

                rivals.Add(sidecar);
            }
        }

        var withoutEffect = CheckPods(context, selected);
        CheckDefaults(context, defaults, withoutEffect);
    }

    /// <summary>Reports those that meet at a pod, and returns those that are for pods without a sidecar.</summary>
    private static HashSet<AnalysisResource> CheckPods(AnalysisContext context, OrderedDictionary<AnalysisResource, List<AnalysisResource>> selected)
    {
        var withoutEffect = new HashSet<AnalysisResource>();
        foreach (var (pod, rivals) in selected)
        {
            if (MeshMembership.IsPodAmbient(pod))
            {
                foreach (var rival in rivals.Where(withoutEffect.Add))
                {
                    context.Report(Messages.IneffectivePolicy, rival, "selected workload is in ambient mode, the policy has no impact");
                }
            }
            else if (rivals.Count > 1)
            {
                var names = rivals.Select(rival => rival.Name).ToArray();
                foreach (var rival in rivals)
                {
                    context.ReportAt(rival.LineOf("metadata.name"), Messages.ConflictingSidecarWorkloadSelectors, rival, names, pod.Namespace, pod.Name);
                }
            }
        }

        return withoutEffect;
    }

    private static void CheckDefaults(AnalysisContext context, List<AnalysisResource> defaults, HashSet<AnalysisResource> withoutEffect)
    {
        foreach (var rivals in defaults.GroupBy(sidecar => sidecar.Namespace, StringComparer.Ordinal))
        {
            if (MeshMembership.IsNamespaceAmbient(context.Snapshot.Find(KindNames.Namespace, "", rivals.Key)))
            {
                foreach (var rival in rivals.Where(withoutEffect.Add))
                {
                    context.Report(Messages.IneffectivePolicy, rival, "namespace is in ambient mode, the policy has no impact");
                }
            }
            else if (rivals.Count() > 1)
            {
                var names = rivals.Select(rival => rival.Name).ToArray();
                foreach (var rival in rivals)
                {
                    context.Report(Messages.MultipleSidecarsWithoutWorkloadSelectors, rival, names, rivals.Key);
                }
            }
        }
    }
}
