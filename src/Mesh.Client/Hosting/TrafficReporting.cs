using Mesh.Client.Xds.Beside;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Hosting;

/// <summary>Runs the streams beside discovery with the application, and lets them say the last when it stops.</summary>
internal sealed class TrafficReporting(BesideStreams streams, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(() => streams.RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using (var limit = new CancellationTokenSource(LongestFarewell, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken))
        {
            await streams.FinishAsync(either.Token).ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();
}
