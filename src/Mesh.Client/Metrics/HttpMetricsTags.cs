using System.Net.Http.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Metrics;

/// <summary>Sink: adds whom the mesh has chosen to .NET's own <c>http.client.*</c> metrics, instead of measuring the same again.</summary>
internal sealed class HttpMetricsTags : IAttemptSink
{
    public void Begin(OutboundCall call)
    {
    }

    public void BeginAttempt(OutboundCall call)
    {
        var peer = call.Peer;
        HttpMetricsEnrichmentContext.AddCallback(call.WireRequest, context =>
        {
            context.AddCustomTag("mesh.destination_service", peer.Service?.Host ?? TrafficLabels.Unknown);
            context.AddCustomTag("mesh.destination_workload", peer.Workload?.Name ?? TrafficLabels.Unknown);
        });
    }

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated)
    {
    }

    public void End(OutboundCall call, in CallReport report)
    {
    }
}
