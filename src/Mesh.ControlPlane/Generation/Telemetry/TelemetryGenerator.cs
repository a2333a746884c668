using Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>Makes what one workload is to tell of its traffic and its health, for our own clients; the name is the client's own and decides nothing.</summary>
internal static class TelemetryGenerator
{
    /// <summary>Of a client's own name; longer ones are nobody's.</summary>
    private const int MaxNameLength = 512;

    public static WorkloadTelemetry? Generate(GenerationContext context, string name)
    {
        if (context.IsProxylessGrpc || name.Length is 0 or > MaxNameLength)
        {
            return null;
        }

        var applicable = ApplicableTelemetries.Of(context);
        return new WorkloadTelemetry
        {
            Name = name,
            Metrics = MetricsMerge.Of(applicable, context.Settings),
            Tracing = TracingMerge.Of(applicable, context.Settings),
            AccessLogging = AccessLogMerge.Of(applicable, context.Settings),
            Readiness = ReadinessProbeGenerator.Of(context),
        };
    }
}
