using Microsoft.Extensions.Options;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Starts the control plane of an app before any other hosted service, and stops it after them.</summary>
internal sealed class HostedControlPlane(
    IOptions<MeshControlPlaneOptions> options,
    MeshControlPlaneAddresses addresses,
    AddressConfigurationProvider configuration,
    IConfiguration appConfiguration,
    ILoggerFactory loggers,
    TimeProvider timeProvider) : IHostedLifecycleService, IAsyncDisposable
{
    private ControlPlaneHost? _host;

    /// <summary>Null before the start.</summary>
    public ControlPlaneState? State => _host?.State;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _host = await ControlPlaneHost.StartAsync(options.Value, loggers, timeProvider, cancellationToken, appConfiguration);
        addresses.Publish(_host.XdsAddress, _host.SecureAddress, _host.HttpAddress);
        if (_host.XdsAddress is { } plaintext)
        {
            configuration.Publish(plaintext);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _host?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }
    }
}
