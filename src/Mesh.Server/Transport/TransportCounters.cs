using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;

namespace Mesh.Server.Transport;

/// <summary>Counts the connections that were refused, and those that were ended early.</summary>
internal sealed class TransportCounters
{
    private const string Reason = "reason";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _ended;

    public TransportCounters(IMeterFactory? meters)
    {
        var meter = meters?.Create(MeshTelemetry.MeterName) ?? new Meter(MeshTelemetry.MeterName);
        _refused = meter.CreateCounter<long>("mesh.server.connections.refused", "{connection}", "Connections that were closed before a request, by reason.");
        _ended = meter.CreateCounter<long>("mesh.server.connections.ended", "{connection}", "Connections that the mesh asked to end, by reason.");
    }

    public void Refuse(string reason) => _refused.Add(1, new KeyValuePair<string, object?>(Reason, reason));

    public void End(string reason) => _ended.Add(1, new KeyValuePair<string, object?>(Reason, reason));
}
