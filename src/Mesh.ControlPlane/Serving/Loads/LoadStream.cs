using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>One stream of load reports: asks once, and again when what is asked has changed; a mesh client gets an answer to each report.</summary>
internal sealed class LoadStream(GrpcServerCall<LoadStatsRequest, LoadStatsResponse> call, ReportingNode node, LoadService service, Node sent, TimeProvider time)
{
    private const string SendsAllFeature = "envoy.lrs.supports_send_all_clusters";

    private readonly bool _sendsAll = sent.ClientFeatures.Contains(SendsAllFeature);
    private readonly bool _acknowledges = sent.Metadata?.Fields.ContainsKey(NodeMetadataKeys.MeshClient) == true;

    public async Task RunAsync(LoadStatsRequest first, CancellationToken cancellationToken)
    {
        var asked = service.Ask(node, _sendsAll);
        await call.WriteAsync(asked, cancellationToken);
        var last = time.GetTimestamp();
        for (var report = first; report is not null; report = await call.ReadAsync(cancellationToken))
        {
            if (ReferenceEquals(report, first) && report.ClusterStats.Count == 0)
            {
                continue;
            }

            var now = time.GetTimestamp();
            service.Take(node, report, time.GetElapsedTime(last, now));
            last = now;
            var wanted = _sendsAll ? asked : service.Ask(node, _sendsAll);
            if (_acknowledges || !wanted.Equals(asked))
            {
                asked = wanted;
                await call.WriteAsync(asked, cancellationToken);
            }
        }
    }
}
