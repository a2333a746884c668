using System.Diagnostics.Metrics;
using Mesh.Client.Fallback;
using Mesh.Client.Telemetry;
using Mesh.Client.Xds;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>The standing of this process as measurements: <c>mesh.mode</c>, <c>mesh.xds.connected</c>, <c>mesh.xds.config.age</c>, <c>mesh.xds.ambient_errors</c>, <c>mesh.xds.held_clusters</c>, <c>mesh.xds.held_listeners</c>.</summary>
internal sealed class FallbackMeter(IMeterFactory meters, ConditionMonitor monitor, XdsClient client, TimeProvider time)
{
    private static readonly FallbackRung[] Rungs = Enum.GetValues<FallbackRung>();

    public void Start()
    {
        var meter = meters.Create(MeshTelemetry.MeterName);
        meter.CreateObservableGauge("mesh.mode", () => Rungs.Select(rung => new Measurement<int>(
            monitor.Current.Rung == rung ? 1 : 0, new KeyValuePair<string, object?>("mode", NameOf(rung)))), description: "1 for what calls follow now, 0 for the rest.");
        meter.CreateObservableGauge("mesh.xds.connected", () => monitor.Current.IsConnected ? 1 : 0, description: "1 while a control plane answers.");
        meter.CreateObservableGauge("mesh.xds.config.age", () => monitor.Current.AgeAt(time.GetUtcNow()).TotalSeconds, "s", "Time since a control plane confirmed the configuration in force.");
        meter.CreateObservableGauge("mesh.xds.held_clusters", () => client.HeldClusters, description: "Clusters that keep endpoints which went too many at once.");
        meter.CreateObservableGauge("mesh.xds.held_listeners", () => client.HeldListeners, description: "Listeners that stay although the control plane removed them, with most others at once.");
        meter.CreateObservableGauge("mesh.xds.ambient_errors", () => monitor.Current.AmbientErrors, description: "Destinations whose newest configuration has an error.");
    }

    public static string NameOf(FallbackRung rung) => rung switch
    {
        FallbackRung.Live => "live",
        FallbackRung.LastKnownGood => "last_known_good",
        FallbackRung.Snapshot => "snapshot",
        FallbackRung.Declared => "declared",
        FallbackRung.Direct => "direct",
        _ => "none",
    };
}
