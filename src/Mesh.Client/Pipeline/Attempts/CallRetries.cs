using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Propagation;
using Mesh.Client.Resilience;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>The retries of one call: made when its first attempt has failed, so that calls that succeed have none.</summary>
internal sealed class CallRetries(OutboundCall call, RetryPolicy policy, RetryTools tools)
{
    private const int GrpcMaxAttempts = 5;

    private readonly PreviousAttempts _previous = new() { MaxReselections = policy.MaxReselections };

    // When the retries of this call were taken from the budget; they come back should the call succeed.
    private readonly List<long> _taken = [];
    private RetryBackoff _backoff = new(policy);
    private bool _isUnderWay;
    private bool _wasTransparent;
    private bool _isRefused;

    /// <summary>Attempts after the first that the endpoint may have seen.</summary>
    public int Count { get; private set; }

    /// <summary>Before the next attempt.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Whether the call repeats one that failed: its retries belong to the layer above that sent it again.</summary>
    public bool IsRepetition { get; private init; }

    /// <summary>Whether nobody above should repeat the call: it was repeated as often as it may be.</summary>
    public bool HasGivenUp => IsRepetition || IsLimitReached || _isRefused || Count > 0;

    /// <summary>Whether an attempt would have been repeated had the policy allowed one more.</summary>
    public bool IsLimitReached { get; private set; }

    public PreviousAttempts Previous => _previous;

    public bool AvoidsPreviousPriorities => policy.AvoidPreviousPriorities;

    /// <summary>A call that a layer above sends again: it is a retry itself, and was taken from the budget.</summary>
    public static CallRetries OfRepetition(OutboundCall call, RetryTools tools, long slot)
    {
        var retries = new CallRetries(call, call.Retry ?? new RetryPolicy(), tools) { IsRepetition = true, _isUnderWay = true };
        retries._taken.Add(slot);
        return retries;
    }

    /// <summary>Whether there is to be another attempt, after <see cref="Delay"/>.</summary>
    /// <param name="outcome">What the attempt came to.</param>
    /// <param name="response">Its response, if there was one.</param>
    public bool TryNext(in AttemptOutcome outcome, HttpResponseMessage? response)
    {
        EndRetry();
        if (IsRepetition || (response is not null && RetryOwnership.IsExhausted(response)))
        {
            return false;
        }

        _previous.Add(call.Endpoint);
        var signals = ReadSignals(response);
        if (!RetryDecision.Wants(policy, outcome, signals)
            || !call.RetryHeaders.Allow(call.Request)
            || !RequestSafety.Allows(call.Request, policy, outcome, signals)
            || call.Unusual?.Replay is { CanReplay: false })
        {
            return false;
        }

        if (!_wasTransparent && outcome.LocalOrigin is LocalOrigin.RefusedStream && signals.HasFlag(RetrySignals.IsGrpc))
        {
            // gRFC A6: what the server has surely not seen is sent once more at once, and does not count.
            _wasTransparent = true;
            Delay = TimeSpan.Zero;
            return true;
        }

        return TryTake(response, signals.HasFlag(RetrySignals.IsGrpc));
    }

    /// <summary>The call has ended.</summary>
    public void End(bool succeeded)
    {
        EndRetry();
        if (succeeded)
        {
            foreach (var slot in _taken)
            {
                call.Cluster.Retries.GiveBack(slot);
            }
        }
    }

    private bool TryTake(HttpResponseMessage? response, bool isGrpc)
    {
        if (Count >= (isGrpc ? Math.Min(policy.MaxRetries, GrpcMaxAttempts - 1) : policy.MaxRetries))
        {
            IsLimitReached = true;
            return false;
        }

        if (FindDelay(response) is not { } delay
            || (call.Deadline is { IsTimed: true } deadline && deadline.Remaining <= delay)
            || (_isRefused = !call.Cluster.Retries.TryTake(call.Cluster.CountActive(), out var slot)))
        {
            return false;
        }

        _taken.Add(slot);
        _isUnderWay = true;
        Count++;
        Delay = delay;
        return true;
    }

    /// <summary>Null when the endpoint does not want to be tried again soon enough.</summary>
    private TimeSpan? FindDelay(HttpResponseMessage? response)
    {
        if (response is not null)
        {
            if (RetryAfter.ReadPushback(response) is { } pushback)
            {
                _backoff.Reset();
                return pushback >= TimeSpan.Zero ? pushback : null;
            }

            var now = tools.Time.GetUtcNow();
            if (policy.RateLimited is { } rateLimited && RetryAfter.ReadReset(rateLimited, response, now) is { } reset)
            {
                // Envoy: never earlier than asked, and up to half as much later.
                return reset * (1 + (tools.Random.NextDouble() / 2));
            }

            if (RetryAfter.Read(response, now) is { } asked)
            {
                var own = _backoff.Next(tools.Random);
                return asked > RetryAfter.Longest ? null : asked > own ? asked : own;
            }
        }

        return _backoff.Next(tools.Random);
    }

    private RetrySignals ReadSignals(HttpResponseMessage? response)
    {
        var signals = call.IsGrpc ? RetrySignals.IsGrpc : RetrySignals.None;
        if (response is not null)
        {
            signals |= response.Headers.NonValidated.Contains("x-envoy-ratelimited") ? RetrySignals.IsRateLimited : 0;
            signals |= call.RetryHeaders.Match(response) ? RetrySignals.HasRetriableHeader : 0;
        }

        return signals;
    }

    private void EndRetry()
    {
        if (_isUnderWay)
        {
            _isUnderWay = false;
            call.Cluster.Retries.End();
        }
    }
}
