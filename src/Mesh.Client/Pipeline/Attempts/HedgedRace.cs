using Mesh.Client.LoadBalancing;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Hashing;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>The attempts of one hedged call.</summary>
internal sealed class HedgedRace(OutboundCall call, AttemptHandler attempts, RetryTools tools)
{
    // Timers are no more exact than that: the one that ends the call may be early.
    private static readonly TimeSpan TimerPrecision = TimeSpan.FromMilliseconds(5);

    private readonly List<HedgedAttempt> _running = [];
    private readonly PreviousAttempts _previous = new() { MaxReselections = Math.Max(1, call.Retry?.MaxReselections ?? 0) };
    private readonly long _start = tools.Time.GetTimestamp();
    private int _started;
    private bool _isRefused;

    /// <summary>There is one more attempt to make, sooner or later.</summary>
    private bool MayStart =>
        _started < call.Unusual!.Hedging!.MaxAttempts && !_isRefused && !IsOver && call.Unusual.Replay is not { IsLost: true };

    /// <summary>Nobody waits for the answer any more.</summary>
    private bool IsOver =>
        call.CallerToken.IsCancellationRequested
        || call.Timeout - TimerPrecision <= tools.Time.GetElapsedTime(_start)
        || (call.Context is { } context && CallDeadline.IsOver(context, out _));

    /// <summary>Two attempts must not read a stream at once; what no attempt has touched yet may go to the only one.</summary>
    private bool HasBody => call.Unusual!.Replay is not { } replay || replay.IsKept || (_running.Count == 0 && replay.CanReplay);

    /// <summary>The first good response; the last bad one when there is none.</summary>
    public async Task<HttpResponseMessage> RunAsync(TimeSpan delay)
    {
        Start(slot: null);
        while (true)
        {
            if (await FirstAsync(delay).ConfigureAwait(false) is not { } ended)
            {
                // A body that is still on its way now is taken for a stream; none was touched while the connection opens.
                _isRefused = !TryStart() && call.Unusual!.Replay is not { IsUntouched: true };
                continue;
            }

            _running.Remove(ended);
            ended.End(call.Cluster.Retries);
            _isRefused |= ended.ForbidsAnother;
            if (ended.IsGood || (!TryStart() && _running.Count == 0))
            {
                ended.Report?.Win(call, _started);
                return await ended.Task.ConfigureAwait(false);
            }

            ended.Discard();
        }
    }

    public void CancelLosers()
    {
        foreach (var loser in _running)
        {
            _ = loser.CancelAsync(call.Cluster.Retries);
        }

        _running.Clear();
    }

    /// <summary>The attempt that has ended; null when it is time for another one.</summary>
    private async Task<HedgedAttempt?> FirstAsync(TimeSpan delay)
    {
        if (!MayStart)
        {
            await Task.WhenAny(_running.Select(attempt => attempt.Task)).ConfigureAwait(false);
        }
        else
        {
            using var stop = new CancellationTokenSource();
            await Task.WhenAny([.. _running.Select(attempt => attempt.Task), Task.Delay(delay, tools.Time, stop.Token)]).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
        }

        return _running.Find(attempt => attempt.Task.IsCompleted);
    }

    private bool TryStart()
    {
        if (!MayStart || !HasBody)
        {
            return false;
        }

        if (!call.Cluster.Retries.TryTake(call.Cluster.CountActive(), out var slot))
        {
            _isRefused = true;
            return false;
        }

        Start(slot);
        return true;
    }

    private void Start(long? slot)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(call.CallerToken);
        var isFirst = _started == 0;

        // Each on a copy: losers end after the application has its request back.
        var attempt = new OutboundCall(WireRequest.Copy(call.WireRequest), call.Destination, call.Client with { Redirects = null }, call.Context, stop.Token)
        {
            Hash = call.Hash,
            Timeout = call.Timeout - (isFirst ? TimeSpan.Zero : tools.Time.GetElapsedTime(_start)),
            IsGrpc = call.IsGrpc,
            Affinity = call.Affinity is { } affinity ? new CallAffinity { Host = affinity.Host, IsStrict = affinity.IsStrict, Cluster = affinity.Cluster } : null,
            Unusual = new UnusualTerms { IsPartOfHedge = true, Previous = isFirst ? null : _previous, PriorAttempts = _started },
        };
        attempt.Follow(call.Route, call.Target);
        call.Record?.BeginPart(attempt);
        _started++;
        _running.Add(new HedgedAttempt(attempts.SendAsync(attempt), stop, slot) { Report = attempt.Record?.Hedge });
        if (attempt.Endpoint is { } endpoint)
        {
            _previous.Add(endpoint);
        }
    }
}
