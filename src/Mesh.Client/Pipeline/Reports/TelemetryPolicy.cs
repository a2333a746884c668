using Mesh.Client.Model.Telemetry;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>Holds what the control plane last wanted to be told of the traffic, for the sinks of both sides to follow.</summary>
internal sealed class TelemetryPolicy
{
    private volatile WorkloadTelemetry _current = WorkloadTelemetry.Default;

    /// <summary>Replaced as a whole; stays in force while no control plane answers.</summary>
    public WorkloadTelemetry Current => _current;

    /// <summary><see cref="Current"/> was replaced; from the queue of the xDS client, so handlers must be quick.</summary>
    public event Action? Changed;

    public void Publish(WorkloadTelemetry telemetry)
    {
        _current = telemetry;
        Changed?.Invoke();
    }
}
