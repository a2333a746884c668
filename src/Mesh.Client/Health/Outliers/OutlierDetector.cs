using Mesh.Client.Model;

namespace Mesh.Client.Health.Outliers;

/// <summary>Takes endpoints of one cluster out for a while when they answer badly (Envoy's outlier detection).</summary>
/// <remarks>Requests only count; what a full row or an ended interval means is decided here, under a lock, and followed by one notice.</remarks>
internal sealed class OutlierDetector : IDisposable
{
    // A shorter interval is a mistake, and would keep a core busy.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(1);

    // Immutable.
    private readonly string _cluster;
    private readonly HealthServices _services;
    private readonly Action _changed;
    private readonly ITimer _timer;

    private volatile OutlierDetectionPolicy _policy;

    // Guarded by _lock.
    private readonly Lock _lock = new();
    private readonly Dictionary<IMonitoredEndpoint, OutlierCounter> _counters = [];
    private int _ejected;
    private bool _disposed;

    /// <param name="cluster">Its name, for messages.</param>
    /// <param name="policy">The first policy; <see cref="Apply"/> brings others.</param>
    /// <param name="services">Clock, chance and messages.</param>
    /// <param name="changed">Called without a lock after endpoints were ejected or came back.</param>
    public OutlierDetector(string cluster, OutlierDetectionPolicy policy, HealthServices services, Action changed)
    {
        (_cluster, _policy, _services, _changed) = (cluster, policy, services, changed);
        _timer = services.Time.CreateTimer(static detector => ((OutlierDetector)detector!).Sweep(), this, Interval(policy), Interval(policy));
    }

    public OutlierDetectionPolicy Policy => _policy;

    /// <summary>This process itself is slow: what it waited too long for may have been there in time.</summary>
    public bool DoubtsTimeouts => _services.IsSlow();

    /// <summary>Puts a policy and the cluster's endpoints in force; endpoints that stay keep their counts and their ejection.</summary>
    public void Apply(OutlierDetectionPolicy policy, IReadOnlyCollection<MonitoredMember> members)
    {
        lock (_lock)
        {
            if (Interval(policy) != Interval(_policy))
            {
                _timer.Change(Interval(policy), Interval(policy));
            }

            _policy = policy;
            var current = members.Select(member => member.Endpoint).ToHashSet();
            foreach (var gone in _counters.Keys.Where(endpoint => !current.Contains(endpoint)).ToArray())
            {
                _ejected -= gone.IsEjected ? 1 : 0;
                _counters.Remove(gone);
            }

            foreach (var member in members)
            {
                CounterOf(member.Endpoint).TakesRequests = member.TakesRequests;
            }
        }
    }

    /// <summary>The counter of an endpoint; null when the endpoint is not of the cluster.</summary>
    public OutlierCounter? Find(IMonitoredEndpoint endpoint)
    {
        lock (_lock)
        {
            return _counters.GetValueOrDefault(endpoint);
        }
    }

    /// <summary>So many bad outcomes in a row as the policy allows at most.</summary>
    public void OnRowFull(OutlierCounter counter, EjectionReason reason, uint enforcing)
    {
        lock (_lock)
        {
            // An attempt may end after its endpoint left, or after another attempt had it ejected.
            if (_disposed || counter.Endpoint.IsEjected || _counters.GetValueOrDefault(counter.Endpoint) != counter || !TryEject(counter, reason, enforcing))
            {
                return;
            }
        }

        _changed();
    }

    /// <summary>A health check has passed: that is better knowledge than the requests of before.</summary>
    public void OnCheckPassed(IMonitoredEndpoint endpoint)
    {
        lock (_lock)
        {
            if (!_policy.UnejectOnHealthCheck || !endpoint.IsEjected || _counters.GetValueOrDefault(endpoint) is not { } counter)
            {
                return;
            }

            Uneject(counter);
        }

        _changed();
    }

    /// <summary>Detection ends: every ejected endpoint takes requests again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer.Dispose();
            foreach (var endpoint in _counters.Keys)
            {
                endpoint.IsEjected = false;
            }

            _counters.Clear();
            _ejected = 0;
        }
    }

    private void Sweep()
    {
        bool changed;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            // Envoy's order: ejections end first, so that the rate rules find room under the cap.
            changed = EndEjections();
            changed |= ApplyRateRules();
            foreach (var counter in _counters.Values.Where(counter => !counter.Endpoint.IsEjected))
            {
                counter.Ejection.Decay(_policy);
            }
        }

        if (changed)
        {
            _changed();
        }
    }

    private bool EndEjections()
    {
        var over = _counters.Values.Where(counter => counter.Endpoint.IsEjected && counter.Ejection.IsOver(_policy)).ToArray();
        Array.ForEach(over, Uneject);
        return over.Length > 0;
    }

    private bool ApplyRateRules()
    {
        if (!_policy.CountsRates)
        {
            return false;
        }

        var (external, localOrigin) = (new List<EndpointRate>(), new List<EndpointRate>());
        foreach (var counter in _counters.Values)
        {
            // Taken of all, as an interval ends for all; an ejected one takes no part.
            var rates = counter.TakeRates();
            if (!counter.Endpoint.IsEjected)
            {
                external.Add(rates.External);
                localOrigin.Add(rates.LocalOrigin);
            }
        }

        var (success, failure) = (_policy.SuccessRate, _policy.FailurePercentage);
        var changed = Eject(success.Enforcing, RateRules.BelowMean, success, external, EjectionReason.SuccessRate);
        changed |= Eject(failure.Enforcing, RateRules.AboveThreshold, failure, external, EjectionReason.FailurePercentage);
        if (_policy.SplitLocalOrigin)
        {
            changed |= Eject(success.EnforcingLocalOrigin, RateRules.BelowMean, success, localOrigin, EjectionReason.SuccessRateLocalOrigin);
            changed |= Eject(failure.EnforcingLocalOrigin, RateRules.AboveThreshold, failure, localOrigin, EjectionReason.FailurePercentageLocalOrigin);
        }

        return changed;
    }

    private bool Eject<TRule>(
        uint enforcing,
        Func<TRule, IReadOnlyCollection<EndpointRate>, IReadOnlyList<EndpointRate>> find,
        TRule rule,
        List<EndpointRate> rates,
        EjectionReason reason)
    {
        var changed = false;
        if (enforcing > 0)
        {
            foreach (var outlier in find(rule, rates).Where(outlier => !outlier.Counter.Endpoint.IsEjected))
            {
                changed |= TryEject(outlier.Counter, reason, enforcing);
            }
        }

        return changed;
    }

    private bool TryEject(OutlierCounter counter, EjectionReason reason, uint enforcing)
    {
        if (!EjectionCap.Allows(_policy, _counters.Count, _ejected, AnotherIsLeft(counter)))
        {
            _services.Events.EjectionLimited(_cluster, counter.Endpoint.Address, reason, _ejected);
            return false;
        }

        if (_services.Random.Next(100) >= enforcing)
        {
            return false;
        }

        counter.Endpoint.IsEjected = true;
        _ejected++;
        counter.Ejection.Begin(_policy, _services.Random);
        _services.Events.Ejected(_cluster, counter.Endpoint.Address, reason, counter.Ejection.Duration(_policy));
        return true;
    }

    private void Uneject(OutlierCounter counter)
    {
        counter.Reset();
        counter.Ejection.End();
        counter.Endpoint.IsEjected = false;
        _ejected--;
        _services.Events.Unejected(_cluster, counter.Endpoint.Address, counter.Ejection.SinceEjection);
    }

    private bool AnotherIsLeft(OutlierCounter besides)
    {
        foreach (var counter in _counters.Values)
        {
            if (counter != besides && new MonitoredMember(counter.Endpoint, counter.TakesRequests).IsAvailable)
            {
                return true;
            }
        }

        return false;
    }

    private OutlierCounter CounterOf(IMonitoredEndpoint endpoint)
    {
        if (!_counters.TryGetValue(endpoint, out var counter))
        {
            _counters[endpoint] = counter = new OutlierCounter(this, endpoint, new EjectionRecord(_services.Time));
        }

        return counter;
    }

    private static TimeSpan Interval(OutlierDetectionPolicy policy) => policy.Interval > ShortestInterval ? policy.Interval : ShortestInterval;
}
