using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Rules;
using Mesh.Client.Model;

namespace Mesh.Server.Metrics;

/// <summary>One workload that calls this process, with the series of its requests.</summary>
/// <param name="workload">Null when it is not known.</param>
internal sealed class CallerWorkload(WorkloadReference? workload)
{
    private volatile TrafficKeys? _keys;

    public WorkloadReference? Workload => workload;

    public TrafficKeys KeysOf(MetricRules rules) => _keys is { } known && ReferenceEquals(known.Rules, rules) ? known : _keys = new TrafficKeys(rules);
}
