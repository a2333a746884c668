using Mesh.Client.Fallback;
using Mesh.Client.Hosting.Readiness;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Xds;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting;

/// <summary>Runs the mesh beside the application: feeds snapshots to the pipeline, tells the control plane about this process, and drains before the listeners close.</summary>
internal sealed class MeshService(
    XdsClient client,
    DestinationLadder ladder,
    FailStatic.FailStatic failStatic,
    DestinationDirectory directory,
    InboundPolicy inbound,
    TelemetryPolicy telemetry,
    IdentitySources identity,
    WorkloadAnnouncer announcer,
    ReadinessRunner readiness,
    TimeProvider time,
    ILogger<MeshService> logger) : IHostedLifecycleService
{
    private readonly Lock _stopping = new();
    private Task? _drained;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        ladder.Changed += Publish;
        client.InboundChanged += inbound.Publish;
        client.TrustChanged += identity.Trust;
        client.TelemetryChanged += Publish;
        announcer.Connect(client.Announce);
        failStatic.Prepare();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        identity.Start();
        client.Start();
        failStatic.Start();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A host may be told to stop twice, by its application and by SIGTERM: the listeners close when the one time to drain is over, for both.
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_stopping)
        {
            return _drained ??= DrainAsync(cancellationToken);
        }
    }

    // Known destinations stay usable. Not later: a control plane in this process goes next, and the client would run after it.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await readiness.DisposeAsync().ConfigureAwait(false);
        await failStatic.DisposeAsync().ConfigureAwait(false);
        await client.DisposeAsync().ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        ladder.Changed -= Publish;
        client.InboundChanged -= inbound.Publish;
        client.TrustChanged -= identity.Trust;
        client.TelemetryChanged -= Publish;
        return Task.CompletedTask;
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (!announcer.IsRegistered)
        {
            return;
        }

        announcer.ChangeState(WorkloadState.Draining);
        HostingLog.Draining(logger, announcer.Options.Shutdown.DrainDelay);
        try
        {
            await Task.Delay(announcer.Options.Shutdown.DrainDelay, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host's time to stop is over: the listeners close now.
        }
    }

    private void Publish(WorkloadTelemetry wanted)
    {
        telemetry.Publish(wanted);
        readiness.Follow(wanted.Readiness);
    }

    private void Publish(MeshSnapshot snapshot)
    {
        try
        {
            directory.Publish(snapshot);
        }
        catch (Exception exception)
        {
            // The decoders let only usable configuration through; should one slip, requests keep the last state.
            HostingLog.SnapshotRejected(logger, snapshot.Generation, exception);
        }
    }
}
