using Mesh.Client.AccessLogs;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tracing;
using Mesh.Server.Reports;

namespace Mesh.Server.AccessLogs;

/// <summary>Writes the requests that are served into the access logs that the mesh asks for.</summary>
internal sealed class RequestLogSink : IRequestSink
{
    private readonly AccessLogPlan _plan;
    private readonly ProcessFacts _facts;
    private readonly WorkloadReference _workload;

    // Replaced as a whole.
    private volatile AccessLogTarget[] _targets = [];

    public RequestLogSink(AccessLogPlan plan, TelemetryPolicy policy, ProcessFacts facts, TracedWorkload workload)
    {
        (_plan, _facts, _workload) = (plan, facts, workload.ToReference());
        policy.Changed += Compile;
        Compile();

        void Compile() => _targets = plan.Compile(policy.Current.AccessLogs.Server);
    }

    public void Begin(RequestRecord record)
    {
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        foreach (var target in _targets)
        {
            if (target.Destination.IsEnabled && target.Filter?.Holds(new RequestAttributes(record, report, caller: null, _workload)) != false)
            {
                _plan.Write(target, new RequestLogValues(record, report, _facts));
            }
        }
    }
}
