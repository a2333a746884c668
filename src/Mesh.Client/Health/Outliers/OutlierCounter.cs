using Mesh.Client.Model;

namespace Mesh.Client.Health.Outliers;

/// <summary>Counts the outcomes of one endpoint on the request path, without locks or allocation, and tells the detector when a row is full.</summary>
internal sealed class OutlierCounter(OutlierDetector detector, IMonitoredEndpoint endpoint, EjectionRecord ejection)
{
    // Interlocked.
    private uint _consecutive5xx;
    private uint _consecutiveGateway;
    private uint _consecutiveLocalOrigin;
    private RateWindow _external;
    private RateWindow _localOrigin;

    public IMonitoredEndpoint Endpoint => endpoint;

    /// <summary>Guarded by the detector's lock.</summary>
    public EjectionRecord Ejection => ejection;

    /// <summary>Guarded by the detector's lock.</summary>
    public bool TakesRequests { get; set; }

    public void Report(in AttemptOutcome outcome)
    {
        var status = OutcomeStatus.Of(outcome);
        if (status == OutcomeStatus.None || (IsTimeout(outcome.LocalOrigin) && detector.DoubtsTimeouts))
        {
            return;
        }

        var policy = detector.Policy;
        if (policy.SplitLocalOrigin)
        {
            CountLocalOrigin(policy, failed: outcome.LocalOrigin != LocalOrigin.None);
            if (outcome.LocalOrigin != LocalOrigin.None)
            {
                return;
            }
        }

        CountStatus(policy, status);
    }

    /// <summary>Ends the interval of the rates.</summary>
    public (EndpointRate External, EndpointRate LocalOrigin) TakeRates() => (new(this, _external.Take()), new(this, _localOrigin.Take()));

    /// <summary>Begins every row anew, so that an endpoint that comes back is not ejected again for what it did before.</summary>
    public void Reset()
    {
        Reset(ref _consecutive5xx);
        Reset(ref _consecutiveGateway);
        Reset(ref _consecutiveLocalOrigin);
    }

    private void CountStatus(OutlierDetectionPolicy policy, int status)
    {
        var failed = status is >= 500 and <= 599;
        if (policy.CountsRates)
        {
            _external.Add(!failed);
        }

        if (!failed)
        {
            Reset(ref _consecutive5xx);
            Reset(ref _consecutiveGateway);
            return;
        }

        if (status is 502 or 503 or 504)
        {
            Count(ref _consecutiveGateway, policy.ConsecutiveGateway, EjectionReason.ConsecutiveGatewayFailure);
        }
        else
        {
            Reset(ref _consecutiveGateway);
        }

        Count(ref _consecutive5xx, policy.Consecutive5xx, EjectionReason.Consecutive5xx);
    }

    private void CountLocalOrigin(OutlierDetectionPolicy policy, bool failed)
    {
        if (policy.CountsRates)
        {
            _localOrigin.Add(!failed);
        }

        if (failed)
        {
            Count(ref _consecutiveLocalOrigin, policy.ConsecutiveLocalOrigin, EjectionReason.ConsecutiveLocalOriginFailure);
        }
        else
        {
            Reset(ref _consecutiveLocalOrigin);
        }
    }

    private void Count(ref uint row, ConsecutiveRule rule, EjectionReason reason)
    {
        // The exchange lets one of those that come together tell; whether it is ejected or not, the next bout has to be a whole one.
        if (rule is { Threshold: > 0, Enforcing: > 0 }
            && Interlocked.Increment(ref row) >= rule.Threshold
            && !endpoint.IsEjected
            && Interlocked.Exchange(ref row, 0) >= rule.Threshold)
        {
            detector.OnRowFull(this, reason, rule.Enforcing);
        }
    }

    private static bool IsTimeout(LocalOrigin origin) => origin is LocalOrigin.ConnectTimeout or LocalOrigin.AttemptTimeout or LocalOrigin.DeadlineExceeded;

    private static void Reset(ref uint row)
    {
        // A write for every success would take the cache line from the other cores.
        if (Volatile.Read(ref row) != 0)
        {
            Volatile.Write(ref row, 0);
        }
    }
}
