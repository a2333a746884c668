using Mesh.Client.Model.Taps;
using Mesh.Client.Pipeline.Taps;
using Mesh.Client.Telemetry;
using Mesh.Server.Metrics;
using Mesh.Server.Reports;
using Mesh.Server.Transport;

namespace Mesh.Server.Taps;

/// <summary>Lets the control plane look at served requests, refused ones too, while it asks to.</summary>
internal sealed class TapRequestSink(TapBoard board, TimeProvider time) : IRequestSink
{
    private readonly CallerWorkloads _callers = new();

    public void Begin(RequestRecord record)
    {
        // A request is told when it has ended.
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        if (!board.IsWatched)
        {
            return;
        }

        var request = record.Context.Request;
        var identity = record.Context.Features.Get<PeerConnection>()?.Peer;
        var exchange = new TapEvent
        {
            Time = time.GetUtcNow(),
            IsInbound = true,
            Method = request.Method,
            Authority = request.Host.Value ?? "",
            Path = request.Path.Value ?? "",
            Status = report.HttpStatus,
            GrpcStatus = report.GrpcStatus,
            Duration = report.Duration,
            Flags = report.Flags == ResponseFlags.None ? "" : report.Flags,
            Peer = PeerOf(record, identity?.ToString(), identity?.Namespace),
            IsMutualTls = identity is not null,
            RequestBytes = report.RequestBytes,
            ResponseBytes = report.ResponseBytes,
        };
        board.Offer(exchange, name => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null);
    }

    /// <summary>Its certificate proves the namespace; the rest is what the caller says of itself.</summary>
    private TapPeer PeerOf(RequestRecord record, string? identity, string? ns)
    {
        var workload = _callers.Find(record.PeerMetadata).Workload;
        return new TapPeer
        {
            Namespace = ns ?? workload?.Namespace ?? "",
            Service = workload?.CanonicalService ?? "",
            Version = workload?.Version ?? "",
            Workload = workload?.Name ?? "",
            Identity = identity ?? "",
            Address = record.Context.Connection.RemoteIpAddress?.ToString() ?? "",
        };
    }
}
