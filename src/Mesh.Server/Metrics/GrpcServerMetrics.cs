using System.Diagnostics.Metrics;
using Mesh.Client.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;
using Mesh.Server.Reports;

namespace Mesh.Server.Metrics;

/// <summary>Sink: gRPC's own server metrics (gRFC A66, <c>grpc.server.*</c>); costs a comparison for requests that are not gRPC, and while nobody listens.</summary>
internal sealed class GrpcServerMetrics : IRequestSink
{
    private const int Unknown = 2;

    private readonly GrpcNames _names = new();
    private readonly Counter<long> _started;
    private readonly Histogram<double> _call;
    private readonly Histogram<long> _sent;
    private readonly Histogram<long> _received;

    public GrpcServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeshTelemetry.MeterName);
        _started = meter.CreateCounter<long>("grpc.server.call.started", "{call}", "Calls that came in.");
        _call = meter.CreateHistogram<double>("grpc.server.call.duration", "s", "Time that a call took.");
        _sent = meter.CreateHistogram<long>("grpc.server.call.sent_total_compressed_message_size", "By", "Bytes of messages sent in a call.");
        _received = meter.CreateHistogram<long>("grpc.server.call.rcvd_total_compressed_message_size", "By", "Bytes of messages received in a call.");
    }

    public void Begin(RequestRecord record)
    {
        if (record.IsGrpc && _started.Enabled)
        {
            _started.Add(1, Method(record));
        }
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        if (!record.IsGrpc || !_call.Enabled)
        {
            return;
        }

        var method = Method(record);
        var status = new KeyValuePair<string, object?>("grpc.status", GrpcNames.Status(report.GrpcStatus == AttemptOutcome.NoGrpcStatus ? Unknown : report.GrpcStatus));
        _call.Record(report.Duration.TotalSeconds, method, status);
        _sent.Record(Payload(report.ResponseBytes, report.ResponseMessages), method, status);
        _received.Record(Payload(report.RequestBytes, report.RequestMessages), method, status);
    }

    // Each message has a prefix of five bytes, which is not of it.
    private static long Payload(long bytes, long messages) => Math.Max(0, bytes - (5 * messages));

    private KeyValuePair<string, object?> Method(RequestRecord record) => new("grpc.method", _names.Method(record.Context.Request.Path.Value ?? ""));
}
