using Mesh.Client;
using Mesh.Client.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Metrics;

/// <summary>Serves the page of metrics at an address of its own, outside of the mesh, when one is configured (<see cref="MeshTelemetryOptions.MetricsAddress"/>).</summary>
internal sealed class MetricsServer(TrafficMeter meter, IOptions<MeshOptions> options, ILogger<MetricsServer> logger) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;
    private AppMetricsPage? _page;

    /// <summary>Where it listens; null while it does not.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Telemetry.MetricsAddress is not { } address)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(address);
        _app = builder.Build();
        var page = _page = new AppMetricsPage(meter, []);
        _app.Run(http => http.Request.Path == "/metrics" ? page.Page.WriteAsync(http) : NotFound(http));
        await _app.StartAsync(cancellationToken);
        Address = new Uri(_app.Urls.First());
        RequestMetricsLog.Serving(logger, Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _page?.Dispose();
    }

    private static Task NotFound(Microsoft.AspNetCore.Http.HttpContext http)
    {
        http.Response.StatusCode = Microsoft.AspNetCore.Http.StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
