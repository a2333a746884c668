using Mesh.Client.Telemetry;
using Mesh.Server.Gateway.Connections;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Sink: ends connections whose requests are mostly taken back as soon as they are sent, which costs the caller nothing and services much (Envoy's <c>premature_reset</c>).</summary>
internal sealed class FloodGuard(GatewayMeter meter) : IRequestSink
{
    /// <summary>Envoy's <c>premature_reset_min_stream_lifetime_seconds</c>.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);

    public void Begin(RequestRecord record)
    {
        // How it ends is what counts.
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        if (record.Context.Features.Get<GatewayConnection>() is { } connection
            && connection.IsFlood(report.Flags == ResponseFlags.DownstreamConnectionTermination && report.Duration < ShortestLife))
        {
            meter.Count(connection.Port.Number, GatewayMeter.PrematureResets);
            record.Context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        }
    }
}
