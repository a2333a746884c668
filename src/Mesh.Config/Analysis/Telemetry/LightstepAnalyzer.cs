using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Telemetry;

/// <summary>Traces that still go to Lightstep's own protocol (IST0002).</summary>
internal sealed class LightstepAnalyzer : IAnalyzer
{
    public string Name => "telemetry.LightstepAnalyzer";

    public string Description => "Validates that lightstep provider is still used";

    public void Analyze(AnalysisContext context)
    {
        var providers = context.Snapshot.Settings.Config.Items("extensionProviders")
            .Where(provider => provider.Field("lightstep").Exists())
            .Select(provider => provider.Text("name"))
            .ToHashSet(StringComparer.Ordinal);
        if (providers.Count == 0)
        {
            return;
        }

        foreach (var telemetry in context.All(KindNames.Telemetry))
        {
            var used = telemetry.Document.Field("spec").Items("tracing").SelectMany(tracing => tracing.Items("providers")).Select(provider => provider.Text("name"));
            foreach (var name in used.Where(providers.Contains))
            {
                context.Report(Messages.Deprecated, telemetry, $"The Lightstep provider {name} is deprecated, please migrate to OpenTelemetry provider.");
            }
        }
    }
}
