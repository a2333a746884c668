using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Telemetry;

/// <summary>Telemetry that selects no pod, or one that another selects too (IST0101, IST0159).</summary>
internal sealed class TelemetrySelectorAnalyzer : IAnalyzer
{
    public string Name => "telemetry.SelectorAnalyzer";

    public string Description =>
        "Validates that telemetries that define a selector match at least one pod, and that there aren't multiple telemetry resources that select overlapping pods";

    public void Analyze(AnalysisContext context)
    {
        var selected = new OrderedDictionary<AnalysisResource, List<AnalysisResource>>();
        foreach (var telemetry in context.All(KindNames.Telemetry))
        {
            var selector = new LabelSelector(telemetry.Document.Field("spec", "selector").Map("matchLabels"));
            var pods = selector.IsEmpty ? [] : context.Snapshot.Pods.Select(selector, telemetry.Namespace).ToArray();
            if (!selector.IsEmpty && pods.Length == 0)
            {
                context.ReportAt(selector.LineIn(telemetry, "spec.selector.matchLabels"), Messages.ReferencedResourceNotFound, telemetry, "selector", selector.ToString());
            }

            foreach (var pod in pods)
            {
                if (!selected.TryGetValue(pod, out var rivals))
                {
                    selected[pod] = rivals = [];
                }

                rivals.Add(telemetry);
            }
        }

        foreach (var (pod, rivals) in selected.Where(entry => entry.Value.Count > 1))
        {
            var names = rivals.Select(rival => rival.Name).Order(StringComparer.Ordinal).ToArray();
            foreach (var rival in rivals)
            {
                context.ReportAt(rival.LineOf("metadata.name"), Messages.ConflictingTelemetryWorkloadSelectors, rival, names, pod.Namespace, pod.Name);
            }
        }
    }
}
