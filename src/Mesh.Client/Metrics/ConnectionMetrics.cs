using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>Sink: counts raw connections and their bytes in Istio's metrics, reporter <c>source</c>.</summary>
/// <remarks>Bytes count as they move, so that there is no reporting interval to wait for.</remarks>
internal sealed class ConnectionMetrics(TrafficMeter meter, TrafficRules rules, LocalWorkload local) : IConnectionSink
{
    public IConnectionTally Open(CallPeer peer, string? principal) => Count(peer, principal, ResponseFlags.None);

    public void Refuse(CallPeer peer, string flags) => Count(peer, principal: null, flags).Close();

    private ConnectionTally Count(CallPeer peer, string? principal, string flags)
    {
        var passedBy = peer.Cluster is CallPeer.PassthroughCluster or CallPeer.BlackHoleCluster ? peer.Cluster : null;
        var parties = new TrafficParties(TrafficLabels.Source, local.Workload, peer.Workload, peer.Service, passedBy);
        var key = new TrafficKey(0, AttemptOutcome.NoGrpcStatus, IsGrpc: false, flags, principal is null ? null : local.PrincipalText, principal);
        return ConnectionTally.Open(meter, rules.Client, parties, key);
    }
}
