using Mesh.Client.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;
using Mesh.Server.Transport.Counting;

namespace Mesh.Server.Metrics;

/// <summary>Sink: counts connections to ports that are not HTTP in Istio's metrics, reporter <c>destination</c>.</summary>
/// <remarks>Such a connection says of its other end only what its certificate proves: the principal, and with it the namespace.</remarks>
internal sealed class ServedConnectionMetrics(TrafficMeter meter, TrafficRules rules, LocalWorkload local) : IServedConnectionSink
{
    public IConnectionTally Open(string? principal)
    {
        var caller = principal is not null && SpiffeNamespace.Of(principal) is { } proved ? new WorkloadReference { Namespace = proved } : null;
        var parties = new TrafficParties(TrafficLabels.Destination, caller, local.Workload, local.Service);
        var key = new TrafficKey(0, AttemptOutcome.NoGrpcStatus, IsGrpc: false, ResponseFlags.None, principal, principal is null ? null : local.PrincipalText);
        return ConnectionTally.Open(meter, rules.Server, parties, key);
    }
}
