using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bookinfo;

/// <summary>Sends what the mesh tells to an OTLP receiver, if the environment names one (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>): all that an application does for spans, metrics and access logs.</summary>
internal sealed class TelemetryExport(TracerProvider spans, MeterProvider metrics) : IHostedService
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    public static void Add(WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[Endpoint]))
        {
            return;
        }

        var name = builder.Configuration["Mesh:Service"] ?? builder.Environment.ApplicationName;
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource("Mesh").AddMeshOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter("Mesh").AddMeshOtlpExporter().Build());
        builder.Services.AddHostedService<TelemetryExport>();
        builder.Logging.AddOpenTelemetry(options =>
        {
            var resource = ResourceBuilder.CreateDefault();
            Describe(resource);
            options.SetResourceBuilder(resource).AddMeshOtlpExporter();
        });

        void Describe(ResourceBuilder resource) => resource.AddService(name);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        spans.ForceFlush((int)Farewell.TotalMilliseconds);
        metrics.ForceFlush((int)Farewell.TotalMilliseconds);
        return Task.CompletedTask;
    }
}
