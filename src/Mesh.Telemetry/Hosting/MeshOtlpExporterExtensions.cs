using Mesh.Telemetry.Export;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>OpenTelemetry's OTLP exporters, which never hold up a request, with a count of what a slow or dead collector has cost.</summary>
/// <remarks>
/// Used in the place of <c>AddOtlpExporter()</c>. What is lost is counted on meter <c>Mesh</c>: <c>mesh.telemetry.dropped{signal,reason}</c>, beside <c>mesh.telemetry.exported{signal}</c>.
/// OpenTelemetry's general variables hold: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>_PROTOCOL</c>, <c>_HEADERS</c>, <c>_TIMEOUT</c>, <c>OTEL_BSP_…</c>, <c>OTEL_BLRP_…</c>, <c>OTEL_METRIC_EXPORT_…</c>.
/// </remarks>
public static class MeshOtlpExporterExtensions
{
    /// <summary>Exports spans. At most <c>OTEL_BSP_MAX_QUEUE_SIZE</c> (2048) are in memory, those that are being sent among them; others are dropped and counted.</summary>
    /// <param name="builder">Of a tracer provider; add source <c>Mesh</c> to it.</param>
    /// <param name="configure">Goes before the variables.</param>
    /// <returns>The builder.</returns>
    public static TracerProviderBuilder AddMeshOtlpExporter(this TracerProviderBuilder builder, Action<OtlpExporterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProcessor(_ =>
        {
            var batches = new BatchExportActivityProcessorOptions();
            var tally = new ExportTally(ExportTally.Spans, batches.MaxQueueSize);
            return new BoundedSpanProcessor(new CountedSpanExporter(Read(configure), tally), tally, batches);
        });
    }

    /// <summary>Exports metrics every <c>OTEL_METRIC_EXPORT_INTERVAL</c> (60 s). They are sums: an export that fails is counted, and the next one says what it would have said.</summary>
    /// <param name="builder">Of a meter provider; add meter <c>Mesh</c> to it.</param>
    /// <param name="configure">Goes before the variables.</param>
    /// <returns>The builder.</returns>
    public static MeterProviderBuilder AddMeshOtlpExporter(this MeterProviderBuilder builder, Action<OtlpExporterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddReader(_ =>
        {
            var pace = new PeriodicExportingMetricReaderOptions();
            return new PeriodicExportingMetricReader(
                new CountedMetricExporter(Read(configure), new ExportTally(ExportTally.Metrics)),
                pace.ExportIntervalMilliseconds ?? DefaultInterval,
                pace.ExportTimeoutMilliseconds ?? DefaultTimeout)
            {
                TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
            };
        });
    }

    /// <summary>Exports log records, access logs (category <c>Mesh.AccessLog</c>) among them. At most <c>OTEL_BLRP_MAX_QUEUE_SIZE</c> (2048) are in memory; others are dropped and counted.</summary>
    /// <param name="options">Of <c>builder.Logging.AddOpenTelemetry(…)</c>.</param>
    /// <param name="configure">Goes before the variables.</param>
    /// <returns>The options.</returns>
    public static OpenTelemetryLoggerOptions AddMeshOtlpExporter(this OpenTelemetryLoggerOptions options, Action<OtlpExporterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddProcessor(_ => CreateLogProcessor(configure));
    }

    /// <summary>Exports log records, as for <see cref="OpenTelemetryLoggerOptions"/>.</summary>
    /// <param name="builder">Of a logger provider.</param>
    /// <param name="configure">Goes before the variables.</param>
    /// <returns>The builder.</returns>
    public static LoggerProviderBuilder AddMeshOtlpExporter(this LoggerProviderBuilder builder, Action<OtlpExporterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProcessor(_ => CreateLogProcessor(configure));
    }

    private const int DefaultInterval = 60_000;
    private const int DefaultTimeout = 30_000;

    private static BoundedLogProcessor CreateLogProcessor(Action<OtlpExporterOptions>? configure)
    {
        var batches = new BatchExportLogRecordProcessorOptions();
        var tally = new ExportTally(ExportTally.Records, batches.MaxQueueSize);
        return new BoundedLogProcessor(new CountedLogExporter(new OtlpLogExporter(Read(configure)), tally), tally, batches);
    }

    private static OtlpExporterOptions Read(Action<OtlpExporterOptions>? configure)
    {
        var options = new OtlpExporterOptions();
        configure?.Invoke(options);
        return options;
    }
}
