using System.Diagnostics.Metrics;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Counts the reports of clients, and what of them was refused.</summary>
internal sealed class LoadMetrics
{
    private readonly Counter<long> _reports;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _repeated;

    public LoadMetrics(Meter meter)
    {
        _reports = meter.CreateCounter<long>("mesh_load_reports_total", description: "Load reports taken in.");
        _refused = meter.CreateCounter<long>("mesh_load_reports_refused_total", description: "Load reports, or parts of them, that were refused, by reason.");
        _repeated = meter.CreateCounter<long>("mesh_load_reports_repeated_total", description: "Load reports that came again on another stream and were not counted twice.");
    }

    public void Taken() => _reports.Add(1);

    public void Repeated() => _repeated.Add(1);

    /// <param name="reason">One of few words.</param>
    /// <param name="count">How many.</param>
    public void Refused(string reason, long count = 1) => _refused.Add(count, new KeyValuePair<string, object?>("reason", reason));
}
