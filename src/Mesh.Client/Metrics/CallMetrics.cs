using System.Diagnostics;
using Mesh.Client.Metrics.Rules;
using Mesh.Client.Model;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>Sink: counts every call in Istio's metrics, reporter <c>source</c>. A call costs a look-up at its peer and a few additions.</summary>
internal sealed class CallMetrics(TrafficMeter meter, TrafficRules rules, LocalWorkload local, AttemptCounts attempts) : IAttemptSink
{
    public void Begin(OutboundCall call)
    {
    }

    public void BeginAttempt(OutboundCall call)
    {
    }

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated) => attempts.Count(outcome, isRepeated);

    public void End(OutboundCall call, in CallReport report)
    {
        if (report.Flags.EndsWith(ResponseFlags.UpstreamRetryLimitExceeded, StringComparison.Ordinal))
        {
            attempts.CountLimit();
        }

        var current = rules.Client;
        var peer = call.Peer;
        if (peer[PeerNote.Metrics] is not TrafficKeys keys || !ReferenceEquals(keys.Rules, current))
        {
            peer[PeerNote.Metrics] = keys = new TrafficKeys(current);
        }

        string[]? values = null;
        var joined = current.HasExpressions ? current.Evaluate(new CallAttributes(call, report, local.Workload), out values) : null;
        var remote = call.Endpoint?.Pool.Connector.PeerId;
        var key = new TrafficKey(report.HttpStatus, report.GrpcStatus, call.IsGrpc, report.Flags, remote is null ? null : local.PrincipalText, remote, joined);
        var series = keys.Find(key, (Sink: this, peer, current, values), static (key, state) => state.Sink.Resolve(key, state.peer, state.current, state.values));
        series.Record(
            new TrafficSample(report.Duration, report.RequestBytes, report.ResponseBytes, report.RequestMessages, report.ResponseMessages),
            call.Record?.Activity ?? Activity.Current);
    }

    private TrafficSeries Resolve(TrafficKey key, CallPeer peer, MetricRules current, string[]? values)
    {
        var passedBy = peer.Cluster is CallPeer.PassthroughCluster or CallPeer.BlackHoleCluster ? peer.Cluster : null;
        var parties = new TrafficParties(TrafficLabels.Source, local.Workload, peer.Workload, peer.Service, passedBy);
        var (requests, messages) = (TrafficLabels.OfRequest(parties, key), TrafficLabels.OfMessages(parties, key));
        return new TrafficSeries(
            meter, key.IsGrpc, metric => current.Apply(metric, metric is TrafficMetric.GrpcRequestMessages or TrafficMetric.GrpcResponseMessages ? messages : requests, values));
    }
}
