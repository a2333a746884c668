using Mesh.Client.Fallback;
using Mesh.Client.Fallback.Snapshots;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Identity;
using Mesh.Client.Xds;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>Ties the ways back together: snapshot, ladder, kill switch and what is told of them, in the order of the process's life.</summary>
internal sealed class FailStatic(
    XdsClient client,
    DestinationLadder ladder,
    KillSwitch killSwitch,
    ConditionMonitor monitor,
    FallbackMeter meter,
    StateFolder state,
    IWorkloadIdentity identity,
    Workload workload,
    TimeProvider time) : IAsyncDisposable
{
    private SnapshotKeeper? _keeper;

    /// <summary>Before the client starts.</summary>
    public void Prepare()
    {
        client.SnapshotChanged += ladder.Take;
        client.StateChanged += ladder.Take;
        meter.Start();
        killSwitch.Start();
        if (state.OpenSnapshots(identity) is not { } snapshots)
        {
            return;
        }

        var options = workload.Options.Fallback.Snapshot;
        _keeper = new SnapshotKeeper(client, snapshots, state.Owner, options.Interval, options.MaxAge, time);
        _keeper.Restore();
        if (_keeper.RestoredFrom is { } confirmedAt)
        {
            monitor.Restored(confirmedAt);
        }
    }

    /// <summary>The client has started.</summary>
    public void Start() => _keeper?.Start();

    /// <summary>Before the client stops: what is new is written.</summary>
    public async ValueTask DisposeAsync()
    {
        killSwitch.Dispose();
        if (_keeper is { } keeper)
        {
            _keeper = null;
            await keeper.DisposeAsync().ConfigureAwait(false);
        }
    }
}
