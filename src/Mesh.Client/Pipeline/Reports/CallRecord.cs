using System.Diagnostics;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>What is noted of a call while it is under way, so that it can be reported once, at its end; calls of which nobody is told have none.</summary>
internal sealed class CallRecord
{
    private const long Unknown = -1;

    private readonly CallReporter _reporter;
    private readonly OutboundCall _call;

    // What few calls have; made for those, as every call has a record.
    private UnusualRecord? _unusual;
    private long _upstreamTicks = Unknown;
    private int _ended;

    private CallRecord(CallReporter reporter, OutboundCall call, HedgedReport? hedge, long start)
    {
        (_reporter, _call, Start) = (reporter, call, start);
        if (hedge is not null)
        {
            MakeUnusual().Hedge = hedge;
        }
    }

    /// <summary>When the call began, as a timestamp of the pipeline's clock.</summary>
    public long Start { get; }

    /// <summary>Attempts that have begun.</summary>
    public int Attempts { get; private set; }

    /// <summary>Who answers for a destination that is not in the mesh; null for the others.</summary>
    public CallPeer? Answerer
    {
        get => _unusual?.Answerer;
        set => MakeUnusual().Answerer = value;
    }

    /// <summary>Of the call, if a sink has begun one.</summary>
    public Activity? Activity { get; set; }

    /// <summary>Of the attempt under way, if it has a span of its own.</summary>
    public Activity? Attempt
    {
        get => _unusual?.Attempt;
        set => MakeUnusual().Attempt = value;
    }

    /// <summary>From the start of the last attempt to its response headers, or its failure; null before.</summary>
    public TimeSpan? UpstreamTime => _upstreamTicks == Unknown ? null : TimeSpan.FromTicks(_upstreamTicks);

    /// <summary>Of an attempt of a hedged call: it tells of itself, and of the call only when it has won.</summary>
    public HedgedReport? Hedge => _unusual?.Hedge;

    /// <param name="reporter">Whom to tell; null for nobody.</param>
    /// <param name="call">The call.</param>
    /// <param name="start">When it began; null for now.</param>
    public static void Begin(CallReporter? reporter, OutboundCall call, long? start)
    {
        if (reporter is not null)
        {
            call.Record = new CallRecord(reporter, call, hedge: null, start ?? reporter.Time.GetTimestamp());
            reporter.Begin(call);
        }
    }

    /// <summary>For one attempt of this hedged call.</summary>
    public void BeginPart(OutboundCall part) => part.Record = new CallRecord(_reporter, part, new HedgedReport(), Start) { Activity = Activity };

    public void BeginAttempt()
    {
        if (Attempts++ == 0)
        {
            Measure();
        }

        _reporter.Identity?.Write(_call);
        _reporter.BeginAttempt(_call);
    }

    public void EndAttempt(in AttemptOutcome outcome, bool isRepeated)
    {
        _upstreamTicks = Math.Max(0, outcome.Latency.Ticks);
        _reporter.EndAttempt(_call, outcome, isRepeated);
    }

    /// <summary>There will be no other attempt: the application has its body back.</summary>
    public void Withdraw()
    {
        if (_unusual?.Counted is { } counted && ReferenceEquals(_call.WireRequest.Content, counted))
        {
            _call.WireRequest.Content = counted.Inner;
        }

        if (_reporter.Identity is not null)
        {
            PeerIdentity.Withdraw(_call);
        }
    }

    /// <summary>The mesh has answered by itself.</summary>
    public void End(LocalFailure failure, HttpResponseMessage response) => End(new CallReport
    {
        HttpStatus = (int)response.StatusCode,
        GrpcStatus = GrpcRequest.Is(_call.Request) ? failure.GrpcStatus : AttemptOutcome.NoGrpcStatus,
        Flags = failure.Flags,
        Details = CallDetails.Of(failure),
        Failure = failure.TransportReason,
        ResponseBytes = response.Content.Headers.ContentLength ?? 0,
        Response = response,
    });

    /// <summary>The route answers by itself.</summary>
    public void EndDirectly(HttpResponseMessage response) => End(new CallReport
    {
        HttpStatus = (int)response.StatusCode,
        Details = CallDetails.DirectResponse,
        ResponseBytes = response.Content.Headers.ContentLength ?? 0,
        Response = response,
    });

    /// <summary>The response is as good as read.</summary>
    public void End(HttpResponseMessage response, in AttemptOutcome outcome)
    {
        var length = response.RequestMessage?.Method == HttpMethod.Head ? 0 : response.Content.Headers.ContentLength ?? 0;
        End(ResponseTracking.Report(response, outcome, length));
    }

    /// <summary>The caller gets an exception; mostly one that says that it has gone itself.</summary>
    public void End(Exception error)
    {
        var isGone = error is OperationCanceledException;
        End(new CallReport
        {
            Flags = isGone ? ResponseFlags.DownstreamConnectionTermination : ResponseFlags.UpstreamConnectionTermination,
            Details = isGone ? CallDetails.DownstreamDisconnect : CallDetails.ConnectionTermination,
            Error = error,
        });
    }

    /// <summary>Only the first of several ends counts: a caller may leave while its answer is on the way.</summary>
    public void End(in CallReport report)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        var whole = report with
        {
            Duration = _reporter.Time.GetElapsedTime(Start),
            Flags = _call.IsDelayed && report.Flags == ResponseFlags.None ? ResponseFlags.DelayInjected : report.Flags,
            RequestBytes = _unusual is null ? 0 : _unusual.Counted?.Bytes ?? _unusual.Declared,
            RequestMessages = _unusual?.Counted?.Messages ?? 0,
            Attempts = Attempts,
        };
        if (Hedge is { } hedge)
        {
            hedge.End(_call, whole);
        }
        else
        {
            _reporter.End(_call, whole);
        }
    }

    /// <summary>The report of this hedged call, which an attempt of it has made.</summary>
    public void EndAs(in CallReport report)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _reporter.End(_call, report);
        }
    }

    /// <summary>A body that says its length is believed, as the connection holds it to that.</summary>
    private void Measure()
    {
        if (_call.WireRequest.Content is not { } body)
        {
            return;
        }

        if (!_call.IsGrpc && body.Headers.ContentLength is { } length)
        {
            MakeUnusual().Declared = length;
            return;
        }

        _call.WireRequest.Content = MakeUnusual().Counted = new CountedRequestContent(body, _call.IsGrpc);
    }

    private UnusualRecord MakeUnusual() => _unusual ??= new UnusualRecord();
}
