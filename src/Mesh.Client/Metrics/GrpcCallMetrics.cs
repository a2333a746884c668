using System.Diagnostics.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>Sink: gRPC's own client metrics (gRFC A66, <c>grpc.client.*</c>); costs a comparison for calls that are not gRPC, and while nobody listens.</summary>
internal sealed class GrpcCallMetrics : IAttemptSink
{
    /// <summary>In seconds, as A66 has them.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries =
            [0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2, 5, 10, 20, 50, 100],
    };

    /// <summary>In bytes, as A66 has them.</summary>
    private static readonly InstrumentAdvice<long> Bytes = new()
    {
        HistogramBucketBoundaries = [0, 1_024, 2_048, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 268_435_456, 1_073_741_824, 4_294_967_296],
    };

    private readonly GrpcNames _names = new();
    private readonly TimeProvider _time;
    private readonly Counter<long> _started;
    private readonly Histogram<double> _attempt;
    private readonly Histogram<long> _sent;
    private readonly Histogram<long> _received;
    private readonly Histogram<double> _call;

    public GrpcCallMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeshTelemetry.MeterName);
        _started = meter.CreateCounter<long>("grpc.client.attempt.started", "{attempt}", "Attempts of calls that were started.");
        _attempt = meter.CreateHistogram("grpc.client.attempt.duration", "s", "Time that an attempt took.", tags: null, Seconds);
        _sent = meter.CreateHistogram("grpc.client.attempt.sent_total_compressed_message_size", "By", "Bytes of messages sent in an attempt.", tags: null, Bytes);
        _received = meter.CreateHistogram("grpc.client.attempt.rcvd_total_compressed_message_size", "By", "Bytes of messages received in an attempt.", tags: null, Bytes);
        _call = meter.CreateHistogram("grpc.client.call.duration", "s", "Time that a call took, with all its attempts.", tags: null, Seconds);
    }

    public void Begin(OutboundCall call)
    {
    }

    public void BeginAttempt(OutboundCall call)
    {
        if (call.IsGrpc && _started.Enabled)
        {
            _started.Add(1, Method(call), Target(call));
        }
    }

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated)
    {
        if (isRepeated && call.IsGrpc && _attempt.Enabled)
        {
            _attempt.Record(outcome.Latency.TotalSeconds, Method(call), Target(call), Status(outcome.GrpcStatus == AttemptOutcome.NoGrpcStatus ? Unavailable : outcome.GrpcStatus));
        }
    }

    public void End(OutboundCall call, in CallReport report)
    {
        if (!call.IsGrpc || !_call.Enabled)
        {
            return;
        }

        KeyValuePair<string, object?>[] tags = [Method(call), Target(call), Status(report.GrpcStatus == AttemptOutcome.NoGrpcStatus ? Unknown : report.GrpcStatus)];
        _call.Record(report.Duration.TotalSeconds, tags);
        if (report.Attempts > 0)
        {
            _attempt.Record(_time.GetElapsedTime(call.AttemptStart).TotalSeconds, tags);
            _sent.Record(Payload(report.RequestBytes, report.RequestMessages), tags);
            _received.Record(Payload(report.ResponseBytes, report.ResponseMessages), tags);
        }
    }

    private const int Unknown = 2;
    private const int Unavailable = 14;

    // Each message has a prefix of five bytes, which is not of it.
    private static long Payload(long bytes, long messages) => Math.Max(0, bytes - (5 * messages));

    private KeyValuePair<string, object?> Method(OutboundCall call) => new("grpc.method", _names.Method(call.Request.RequestUri!.AbsolutePath));

    private static KeyValuePair<string, object?> Target(OutboundCall call) => new("grpc.target", call.Destination.Destination.Authority.ToString());

    private static KeyValuePair<string, object?> Status(int status) => new("grpc.status", GrpcNames.Status(status));
}
