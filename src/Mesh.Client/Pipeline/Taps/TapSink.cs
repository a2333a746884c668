using Mesh.Client.Model.Taps;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Taps;

/// <summary>Lets the control plane look at calls, while it asks to.</summary>
internal sealed class TapSink(TapBoard board, TimeProvider time) : ICallSink
{
    public void Begin(OutboundCall call)
    {
        // A call is told when it has ended.
    }

    public void End(OutboundCall call, in CallReport report)
    {
        if (!board.IsWatched)
        {
            return;
        }

        var request = call.Request;
        var exchange = new TapEvent
        {
            Time = time.GetUtcNow(),
            IsInbound = false,
            Method = request.Method.Method,
            Authority = WireRequest.Authority(request),
            Path = request.RequestUri!.AbsolutePath,
            Status = report.HttpStatus,
            GrpcStatus = report.GrpcStatus,
            Duration = report.Duration,
            Flags = report.Flags == ResponseFlags.None ? "" : report.Flags,
            Peer = PeerOf(call),
            IsMutualTls = call.Endpoint is { } endpoint && endpoint.Pool.Key.Security is { IsMesh: true },
            RequestBytes = report.RequestBytes,
            ResponseBytes = report.ResponseBytes,
            Attempts = report.Attempts,
            Route = call.Route?.Route.Name ?? "",
        };
        board.Offer(exchange, name => request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString()
            : request.Content?.Headers.NonValidated.TryGetValues(name, out values) == true ? values.ToString()
            : null);
    }

    private static TapPeer PeerOf(OutboundCall call)
    {
        var peer = call.Peer;
        return new TapPeer
        {
            Namespace = peer.Workload?.Namespace ?? peer.Service?.Namespace ?? "",
            Service = peer.Service?.Name ?? peer.Workload?.CanonicalService ?? peer.Cluster,
            Version = peer.Workload?.Version ?? "",
            Workload = peer.Workload?.Name ?? "",
            Address = call.Endpoint?.Address.ToString() ?? "",
        };
    }
}
