using Mesh.Client.AccessLogs;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Pipeline.AccessLogs;

/// <summary>Writes the calls of this process into the access logs that the mesh asks for.</summary>
internal sealed class CallLogSink : ICallSink
{
    private readonly AccessLogPlan _plan;
    private readonly ProcessFacts _facts;

    // Replaced as a whole.
    private volatile AccessLogTarget[] _targets = [];

    public CallLogSink(AccessLogPlan plan, TelemetryPolicy policy, ProcessFacts facts)
    {
        (_plan, _facts) = (plan, facts);
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
            if (target.Destination.IsEnabled)
            {
                var values = new CallLogValues(call, report, _facts);
                if (target.Filter?.Wants(values) != false)
                {
                    _plan.Write(target, values);
                }
            }
        }
    }
}
