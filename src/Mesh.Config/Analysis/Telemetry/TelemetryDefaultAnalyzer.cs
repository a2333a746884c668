using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Telemetry;

/// <summary>Several Telemetry resources for all of one namespace (IST0160).</summary>
internal sealed class TelemetryDefaultAnalyzer : IAnalyzer
{
    public string Name => "telemetry.DefaultSelectorAnalyzer";

    public string Description => "Validates that there aren't multiple telemetry resources that have no selector";

    public void Analyze(AnalysisContext context)
    {
        // What targets a gateway or a service is not for all of the namespace.
        var defaults = context.All(KindNames.Telemetry)
            .Where(telemetry => telemetry.Document.Field("spec") is var spec
                && !spec.Field("selector").Exists() && !spec.Field("targetRef").Exists() && !spec.Items("targetRefs").Any())
            .GroupBy(telemetry => telemetry.Namespace, StringComparer.Ordinal);
        foreach (var rivals in defaults.Where(group => group.Count() > 1))
        {
            var names = rivals.Select(rival => rival.Name).Order(StringComparer.Ordinal).ToArray();
            foreach (var rival in rivals)
            {
                context.Report(Messages.MultipleTelemetriesWithoutWorkloadSelectors, rival, names, rivals.Key);
            }
        }
    }
}
