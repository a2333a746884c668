using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bookinfo;

/// <summary>Sends the spans of the mesh to an OTLP receiver, if the environment names one (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>): all that an application does for traces.</summary>
internal sealed class SpanExport(TracerProvider provider) : IHostedService
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[Endpoint]))
        {
            return;
        }

        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(builder.Configuration["Mesh:Service"] ?? builder.Environment.ApplicationName))
            .AddSource("Mesh")
            .AddOtlpExporter()
            .Build());
        builder.Services.AddHostedService<SpanExport>();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        provider.ForceFlush((int)TimeSpan.FromSeconds(2).TotalMilliseconds);
        return Task.CompletedTask;
    }
}
