using Mesh.Client.AccessLogs;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tracing;

namespace Mesh.Client.Pipeline.AccessLogs;

/// <summary>Writes the calls of this process into the access logs that the mesh asks for.</summary>
internal sealed class CallLogSink : ICallSink
{
    private readonly AccessLogPlan _plan;
    private readonly ProcessFacts _facts;
    private readonly WorkloadReference _workload;

    // Replaced as a whole.
    private volatile AccessLogTarget[] _targets = [];

    public CallLogSink(AccessLogPlan plan, TelemetryPolicy policy, ProcessFacts facts, TracedWorkload workload)
    {
        (_plan, _facts, _workload) = (plan, facts, workload.ToReference());
        policy.Changed += Compile;
        Compile();

        void Compile() => _targets = plan.Compile(policy.Current.AccessLogs.Client);
    }

    public void Begin(OutboundCall call)
    {
    }

    public void End(OutboundCall call, in CallReport report)
    {
        foreach (var target in _targets)
        {
            if (target.Destination.IsEnabled && target.Filter?.Holds(new CallAttributes(call, report, _workload)) != false)
            {
                _plan.Write(target, new CallLogValues(call, report, _facts));
            }
        }
    }
}
