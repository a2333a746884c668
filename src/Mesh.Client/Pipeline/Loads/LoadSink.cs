using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Loads;

/// <summary>Counts calls and attempts at the endpoints that got them, for load reports.</summary>
internal sealed class LoadSink(LoadBook book) : IAttemptSink
{
    private const int FirstServerError = 500;

    public void Begin(OutboundCall call)
    {
        // A call counts when it has ended.
    }

    public void BeginAttempt(OutboundCall call) => LoadOf(call)?.BeginAttempt();

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated)
    {
        if (isRepeated)
        {
            LoadOf(call)?.FailAttempt();
        }
    }

    public void End(OutboundCall call, in CallReport report)
    {
        if (LoadOf(call) is { } load)
        {
            load.End(IsError(report), report.Attempts, report.Duration);
            if (call.Endpoint is { } endpoint && endpoint.Pool.Key.Security is { IsMesh: true })
            {
                load.CountMutualTls();
            }

            if (call.IsGrpc)
            {
                load.CountGrpc();
            }
        }
        else if (LoadsOf(call.Peer) is { } cluster && report.Flags != ResponseFlags.DownstreamConnectionTermination)
        {
            cluster.Drop(report.Flags);
        }
    }

    /// <summary>As Istio's dashboards have it; a caller who leaves is no failure of the callee.</summary>
    private static bool IsError(in CallReport report) =>
        report.HttpStatus >= FirstServerError
        || report.GrpcStatus > 0
        || (report.HttpStatus == 0 && report.Flags != ResponseFlags.DownstreamConnectionTermination);

    /// <summary>Null when the call reached no endpoint.</summary>
    private EndpointLoad? LoadOf(OutboundCall call)
    {
        var peer = call.Peer;
        if (call.Endpoint is { } endpoint)
        {
            return LoadsOf(peer)?.Of(endpoint, call.Cluster.Cluster);
        }

        return peer.Cluster == CallPeer.PassthroughCluster ? LoadsOf(peer)?.Passthrough : null;
    }

    private ClusterLoads? LoadsOf(CallPeer peer)
    {
        if (peer[PeerNote.Loads] is ClusterLoads known)
        {
            return known;
        }

        if (peer.Cluster.Length == 0)
        {
            return null;
        }

        var loads = book.Of(peer.Cluster);
        peer[PeerNote.Loads] = loads;
        return loads;
    }
}
