using Mesh.Client.LoadBalancing;
using Mesh.Client.Pipeline.Actions;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>The attempts of one hedged call.</summary>
internal sealed class HedgedRace(OutboundCall call, AttemptHandler attempts, RetryTools tools)
{
    private readonly List<HedgedAttempt> _running = [];
    private readonly PreviousAttempts _previous = new() { MaxReselections = Math.Max(1, call.Retry?.MaxReselections ?? 0) };
    private readonly long _start = tools.Time.GetTimestamp();
    private int _started;
    private bool _isRefused;

    private bool MayStart =>
        _started < call.Unusual!.Hedging!.MaxAttempts && !_isRefused && call.Unusual.Replay is not { CanReplay: false } && !call.CallerToken.IsCancellationRequested;

    /// <summary>The first good response; the last bad one when there is none.</summary>
    public async Task<HttpResponseMessage> RunAsync(TimeSpan delay)
    {
        Start(slot: null);
        while (true)
        {
            if (await FirstAsync(delay).ConfigureAwait(false) is not { } ended)
            {
                TryStart();
                continue;
            }

            _running.Remove(ended);
            ended.End(call.Cluster.Retries);
            if (ended.IsGood || (_running.Count == 0 && !TryStart()))
            {
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
        if (!MayStart)
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
        var attempt = new OutboundCall(
            isFirst ? call.Request : WireRequest.Copy(call.WireRequest), call.Destination, call.Client with { Redirects = null }, call.Context, stop.Token)
        {
            Hash = call.Hash,
            Timeout = call.Timeout - (isFirst ? TimeSpan.Zero : tools.Time.GetElapsedTime(_start)),
            IsGrpc = call.IsGrpc,
            Unusual = new UnusualTerms { IsPartOfHedge = true, Previous = isFirst ? null : _previous, PriorAttempts = _started },
        };
        attempt.Follow(call.Route, call.Target);
        if (isFirst)
        {
            attempt.WireRequest = call.WireRequest;
        }

        _started++;
        _running.Add(new HedgedAttempt(attempts.SendAsync(attempt), stop, slot));
        if (attempt.Endpoint is { } endpoint)
        {
            _previous.Add(endpoint);
        }
    }
}
