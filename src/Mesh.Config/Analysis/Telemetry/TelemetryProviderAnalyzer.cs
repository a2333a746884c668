using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Telemetry;

/// <summary>Telemetry that names nobody to send access logs to, where the mesh has no default (IST0157).</summary>
internal sealed class TelemetryProviderAnalyzer : IAnalyzer
{
    public string Name => "telemetry.ProviderAnalyzer";

    public string Description => "Validates that providers in telemetry resource is valid";

    public void Analyze(AnalysisContext context)
    {
        if (context.Snapshot.Settings.Config.Field("defaultProviders").Items("accessLogging").Any())
        {
            return;
        }

        foreach (var telemetry in context.All(KindNames.Telemetry))
        {
            var logging = telemetry.Document.Field("spec").Items("accessLogging");
            if (logging.Any(entry => !entry.IsTrue("disabled") && !entry.Items("providers").Any()))
            {
                context.Report(Messages.InvalidTelemetryProvider, telemetry, telemetry.Name, telemetry.Namespace);
            }
        }
    }
}
