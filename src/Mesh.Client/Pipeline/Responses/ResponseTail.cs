using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>What stays open until a response has been read to its end: the endpoint's load and the deadline.</summary>
internal class ResponseTail(OutboundEndpoint endpoint, Deadline? deadline)
{
    private Stream? _body;
    private CancellationTokenRegistration _abort;
    private volatile bool _timedOut;
    private volatile bool _callerGone;
    private volatile bool _broken;
    private int _ended;

    /// <summary>Whether the body was cut because the time of the whole call was over.</summary>
    public bool IsTimedOut => _timedOut;

    /// <summary>Whether the body was cut because nobody waits for the request being served.</summary>
    public bool IsCallerGone => _callerGone;

    /// <summary>Whether the body broke before its end.</summary>
    protected bool IsBroken => _broken;

    /// <summary>Lets the deadline cut the body too, while it is being read.</summary>
    public void Watch(Stream body)
    {
        if (deadline is not null && Volatile.Read(ref _ended) == 0)
        {
            _body = body;
            _abort = deadline.Token.UnsafeRegister(static tail => ((ResponseTail)tail!).Abort(), this);
        }
    }

    /// <summary>The body broke.</summary>
    public void Break()
    {
        _broken = true;
        End();
    }

    /// <summary>The response has ended, whichever way; only the first call counts.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _abort.Dispose();
            deadline?.Dispose();
            OnEnd();
            OutboundCluster.Leave(endpoint);
        }
    }

    protected virtual void OnEnd()
    {
    }

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
