using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>What stays open until a response has been read to its end: the endpoint's load, what the attempt came to, and the deadline.</summary>
/// <remarks>Good headers before a body that breaks are no success: an endpoint that fails so each time would never be found out.</remarks>
/// <param name="endpoint">Whose load it is.</param>
/// <param name="deadline">Of the call; null when nothing limits it.</param>
/// <param name="outcome">So far.</param>
/// <param name="told">The call and its response, when somebody is told of its end; else null.</param>
internal class ResponseTail(OutboundEndpoint endpoint, Deadline? deadline, AttemptOutcome outcome, (OutboundCall Call, HttpResponseMessage Response)? told = null)
{
    private IDisposable? _body;
    private CancellationTokenRegistration _abort;
    private volatile bool _timedOut;
    private volatile bool _callerGone;
    private volatile bool _broken;
    private int _ended;

    /// <summary>Whether the body was cut because the time of the whole call was over.</summary>
    public bool IsTimedOut => _timedOut;

    /// <summary>Whether the body was cut because nobody waits for the request being served.</summary>
    public bool IsCallerGone => _callerGone;

    /// <summary>Lets the deadline cut the body too, while it is being read.</summary>
    public void Watch(IDisposable body)
    {
        if (deadline is not null && Volatile.Read(ref _ended) == 0)
        {
            _body = body;
            _abort = deadline.Token.UnsafeRegister(static tail => ((ResponseTail)tail!).Abort(), this);
        }
    }

    /// <summary>Whether the body was cut from this side; some connections then show an end as if it were whole.</summary>
    public bool IsCut => _timedOut || _callerGone;

    /// <summary>The body broke; gives what to throw for it, or null when the body is to end instead because its trailers tell why.</summary>
    public Exception? Break(Exception exception)
    {
        _broken = true;
        var isTold = IsTimedOut && TryTell(LocalFailure.RequestTimeout);
        End();
        return this switch
        {
            _ when isTold => null,
            { IsTimedOut: true } => new HttpIOException(
                HttpRequestError.ResponseEnded, LocalFailure.RequestTimeout.Text, new TimeoutException(LocalFailure.RequestTimeout.Text, exception)),
            { IsCallerGone: true } => new OperationCanceledException("The caller of the request being served is gone.", exception),
            _ => exception,
        };
    }

    /// <summary>The response has ended, whichever way; only the first call counts.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _abort.Dispose();
            deadline?.Dispose();
            var whole = Complete(outcome with { LocalOrigin = Origin() });
            endpoint.Report(whole);
            OutboundCluster.Leave(endpoint);
            if (told is { } known)
            {
                Tell(known.Call, known.Response, whole);
            }
        }
    }

    /// <summary>Adds what only the end of the response tells.</summary>
    protected virtual AttemptOutcome Complete(in AttemptOutcome soFar) => soFar;

    /// <summary>Tells the caller of a failure by the end of the body, where the protocol has a place for it.</summary>
    protected virtual bool TryTell(LocalFailure failure) => false;

    /// <summary>A piece of the body has been read.</summary>
    public virtual void Count(ReadOnlySpan<byte> piece) => Bytes += piece.Length;

    /// <summary>The body has been read whole, in one.</summary>
    public void Count(long length) => Bytes = length;

    protected virtual void Tell(OutboundCall call, HttpResponseMessage response, in AttemptOutcome whole) => call.Record?.End(ResponseTracking.Report(response, whole, Bytes));

    protected long Bytes { get; private set; }

    private LocalOrigin Origin() =>
        IsTimedOut ? LocalOrigin.DeadlineExceeded : IsCallerGone ? LocalOrigin.CallerGone : _broken ? LocalOrigin.Reset : LocalOrigin.None;

    private void Abort()
    {
        // A caller who cancels after the headers does not cut the body: HttpClient's own rule.
        if (deadline!.IsExpired)
        {
            _timedOut = true;
            _body!.Dispose();
        }
        else if (deadline.IsCallerGone)
        {
            _callerGone = true;
            _body!.Dispose();
        }
    }
}
