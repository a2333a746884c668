using System.Diagnostics.Metrics;
using Mesh.Config;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.Telemetry.Exposition;
using OpenTelemetry.Metrics;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The meter of one control plane, and the page that shows it.</summary>
internal sealed class ControlPlaneMetrics : IDisposable
{
    public const string MeterName = "Mesh.ControlPlane";

    private const string RuntimeMeter = "System.Runtime";

    public ControlPlaneMetrics()
    {
        Meter = new Meter(MeterName);
        Page = new MetricsPage([MeterName, RuntimeMeter], Restrict, keepsNames: true);
    }

    public Meter Meter { get; }

    public MetricsPage Page { get; }

    /// <summary>Adds what is looked up when somebody asks, not counted as it happens.</summary>
    public void Observe(ControlPlaneState state)
    {
        Meter.CreateObservableGauge("pilot_xds", () => state.Clients.Current.Count, description: "Connected clients.");
        Meter.CreateObservableGauge("pilot_services", () => state.Source.Current.Registry.Services.Count, description: "Services known.");
        Meter.CreateObservableGauge("pilot_virt_services", () => Count(state, ResourceKinds.VirtualService), description: "VirtualServices in force.");
        Meter.CreateObservableGauge(
            "pilot_eds_no_instances",
            () => state.Source.Current.Registry.Services.Values.Count(service => state.Source.Current.Registry.Endpoints.GetValueOrDefault(service.Hostname, []).IsEmpty),
            description: "Services without an endpoint.");
        Meter.CreateObservableGauge(
            "mesh_registry_stale",
            () => state.Registries.All.Select(feed => new Measurement<int>(feed.State.Freshness == Freshness.Fresh ? 0 : 1, new KeyValuePair<string, object?>("registry", feed.Label.Name))),
            description: "1 while a registry cannot be asked and its last answer stands.");
        Meter.CreateObservableGauge(
            "mesh_registry_services",
            () => state.Registries.All.Select(feed => new Measurement<int>(feed.Current.Services.Length, new KeyValuePair<string, object?>("registry", feed.Label.Name))),
            description: "Services that a registry lists.");
        Meter.CreateObservableGauge(
            "citadel_server_root_cert_expiry_timestamp",
            () => RootEnd().ToUnixTimeSeconds(),
            description: "When the first root ends, in seconds of Unix time.");
        Meter.CreateObservableGauge(
            "citadel_server_root_cert_expiry_seconds",
            () => SecondsUntil(RootEnd()),
            description: "Seconds until the first root ends; negative after it.");
        Meter.CreateObservableGauge(
            "citadel_server_cert_chain_expiry_timestamp",
            () => ChainEnd().ToUnixTimeSeconds(),
            description: "When the intermediate ends, in seconds of Unix time.");
        Meter.CreateObservableGauge(
            "citadel_server_cert_chain_expiry_seconds",
            () => SecondsUntil(ChainEnd()),
            description: "Seconds until the intermediate ends; negative after it.");

        DateTimeOffset RootEnd() => state.Security.Authority.Status().Roots.Min(root => root.NotAfter);
        DateTimeOffset ChainEnd() => state.Security.Authority.Status().IssuerNotAfter;
        double SecondsUntil(DateTimeOffset end) => (end - state.Serving.TimeProvider.GetUtcNow()).TotalSeconds;
    }

    public void Dispose()
    {
        Page.Dispose();
        Meter.Dispose();
    }

    // Another control plane in this process has a meter of the same name.
    private void Restrict(MeterProviderBuilder builder) => builder.AddView(
        instrument => instrument.Meter.Name == MeterName && !ReferenceEquals(instrument.Meter, Meter) ? MetricStreamConfiguration.Drop : null);

    private static int Count(ControlPlaneState state, ResourceKind kind) => state.Store.Current.Resources.Values.Count(resource => resource.Kind == kind);
}
