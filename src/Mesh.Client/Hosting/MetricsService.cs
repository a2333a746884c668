using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Hosting;

/// <summary>Makes what is observed of the mesh when the process starts, so that it is there before anybody collects.</summary>
internal sealed class MetricsService(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        MetricsSetup.Observe(services);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
