using Mesh.Client.Metrics.Series;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>Sink: counts raw connections and their bytes in Istio's metrics, reporter <c>source</c>.</summary>
/// <remarks>Bytes count as they move, so that there is no reporting interval to wait for.</remarks>
internal sealed class ConnectionMetrics(TrafficMeter meter, TrafficRules rules, LocalWorkload local) : IConnectionSink
{
    public IConnectionTally Open(CallPeer peer, string? principal)
    {
        var tally = Find(peer, principal, ResponseFlags.None);
        tally.Opened?.Add(1);
        return tally;
    }

    public void Refuse(CallPeer peer, string flags)
    {
        var tally = Find(peer, principal: null, flags);
        tally.Opened?.Add(1);
        tally.Close();
    }

    private Tally Find(CallPeer peer, string? principal, string flags)
    {
        var passedBy = peer.Cluster is CallPeer.PassthroughCluster or CallPeer.BlackHoleCluster ? peer.Cluster : null;
        var parties = new TrafficParties(TrafficLabels.Source, local.Workload, peer.Workload, peer.Service, passedBy);
        var key = new TrafficKey(0, AttemptOutcome.NoGrpcStatus, IsGrpc: false, flags, principal is null ? null : local.PrincipalText, principal);
        var labels = TrafficLabels.OfConnection(parties, key).Pairs;
        var current = rules.Client;
        return new Tally(
            Counter(TrafficMetric.TcpOpenedConnections),
            Counter(TrafficMetric.TcpClosedConnections),
            Counter(TrafficMetric.TcpSentBytes),
            Counter(TrafficMetric.TcpReceivedBytes));

        CounterSeries? Counter(TrafficMetric metric) => current.ApplyToConnection(metric, labels) is { } known ? meter.Counter(metric, known) : null;
    }

    /// <summary>Istio tells bytes as the server sees them.</summary>
    private sealed class Tally(CounterSeries? opened, CounterSeries? closed, CounterSeries? sent, CounterSeries? received) : IConnectionTally
    {
        private int _closed;

        public CounterSeries? Opened => opened;

        public void Received(int bytes) => sent?.Add(bytes);

        public void Sent(int bytes) => received?.Add(bytes);

        public void Close()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                closed?.Add(1);
            }
        }
    }
}
