using System.Collections.Immutable;
using Mesh.Client.Fallback;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Modes;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>The standing and the kill switch of this process, as the stream to the control plane sees them.</summary>
internal sealed class HostedModeSwitch(ConditionMonitor monitor, KillSwitch killSwitch, XdsClient client) : IModeSwitch
{
    /// <summary>Who switches, as it is told to people.</summary>
    private const string Source = "the control plane";

    public ModeStanding Current => Describe(monitor.Current);

    public async Task WaitForOtherThanAsync(ModeStanding seen, CancellationToken cancellationToken)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(MeshCondition condition) => _ = IsSame(seen, Describe(condition)) || changed.TrySetResult();
        monitor.Changed += Look;
        try
        {
            // It may have changed before anybody listened.
            if (IsSame(seen, Current))
            {
                await changed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            monitor.Changed -= Look;
        }
    }

    public void Order(bool isDirect, string reason) => killSwitch.Set(Source, isDirect, reason);

    private ModeStanding Describe(MeshCondition condition) => new(FallbackMeter.NameOf(condition.Rung), condition.Since, condition.Reason)
    {
        Destinations = condition.Rungs.ToImmutableSortedDictionary(rung => FallbackMeter.NameOf(rung.Key), rung => rung.Value, StringComparer.Ordinal),
        AmbientErrors = condition.AmbientErrors,
        HeldClusters = client.HeldClusters,
        HeldListeners = client.HeldListeners,
        SwitchedBy = [.. killSwitch.On],
        LastOutage = condition.LastOutage is { } outage ? (FallbackMeter.NameOf(outage.Rung), outage.Began, outage.Ended) : null,
    };

    private static bool IsSame(ModeStanding one, ModeStanding other) =>
        (one.Mode, one.Since, one.Reason, one.AmbientErrors, one.HeldClusters, one.HeldListeners, one.LastOutage)
            == (other.Mode, other.Since, other.Reason, other.AmbientErrors, other.HeldClusters, other.HeldListeners, other.LastOutage)
        && one.SwitchedBy.SequenceEqual(other.SwitchedBy)
        && one.Destinations.SequenceEqual(other.Destinations);
}
