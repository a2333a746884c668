using System.Diagnostics;
using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Rules;
using Mesh.Client.Model;
using Mesh.Server.Reports;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Metrics;

/// <summary>Sink: counts every served request in Istio's metrics, reporter <c>destination</c>; refused ones too.</summary>
internal sealed class RequestMetrics(TrafficMeter meter, TrafficRules rules, LocalWorkload local) : IRequestSink
{
    private readonly CallerWorkloads _callers = new();

    public void Begin(RequestRecord record)
    {
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        var current = rules.Server;
        var caller = _callers.Find(record.PeerMetadata);
        string[]? values = null;
        var joined = current.HasExpressions ? current.Evaluate(new RequestAttributes(record, report, caller.Workload, local.Workload), out values) : null;
        var peer = record.Context.Features.Get<PeerConnection>()?.Peer;
        var key = new TrafficKey(
            report.HttpStatus, report.GrpcStatus, record.IsGrpc, report.Flags, peer?.ToString(), peer is null ? null : local.PrincipalText, joined);
        Enrich(record.Context, peer is not null, report.Flags);
        var series = caller.KeysOf(current).Find(key, (Sink: this, caller, current, values), static (key, state) => state.Sink.Resolve(key, state.caller, state.current, state.values));
        series.Record(
            new TrafficSample(report.Duration, report.RequestBytes, report.ResponseBytes, report.RequestMessages, report.ResponseMessages), Activity.Current);
    }

    /// <summary>.NET's own <c>http.server.request.duration</c> is enriched, not repeated; the feature is there while somebody listens to it.</summary>
    private static void Enrich(HttpContext context, bool isMutual, string flags)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.Tags.Add(new("mesh.connection_security_policy", isMutual ? TrafficLabels.MutualTls : TrafficLabels.None));
            metrics.Tags.Add(new("mesh.response_flags", flags));
        }
    }

    private TrafficSeries Resolve(TrafficKey key, CallerWorkload caller, MetricRules current, string[]? values)
    {
        var parties = new TrafficParties(TrafficLabels.Destination, Named(caller.Workload, key.SourcePrincipal), local.Workload, local.Service);
        var (requests, messages) = (TrafficLabels.OfRequest(parties, key), TrafficLabels.OfMessages(parties, key));
        return new TrafficSeries(
            meter, key.IsGrpc, metric => current.Apply(metric, metric is TrafficMetric.GrpcRequestMessages or TrafficMetric.GrpcResponseMessages ? messages : requests, values));
    }

    /// <summary>The namespace that a certificate proves goes before the one that a header claims (istio_stats).</summary>
    private static WorkloadReference? Named(WorkloadReference? workload, string? principal) =>
        principal is not null && SpiffeNamespace.Of(principal) is { } proved && proved != workload?.Namespace
            ? (workload ?? new WorkloadReference()) with { Namespace = proved }
            : workload;
}
