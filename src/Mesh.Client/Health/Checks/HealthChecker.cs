using Mesh.Client.Model;

namespace Mesh.Client.Health.Checks;

/// <summary>Checks the endpoints of one cluster and marks those that fail (Envoy's active health checking).</summary>
internal sealed class HealthChecker : IDisposable
{
    /// <summary>Checks of one cluster at one time: a large cluster must not be asked all at once.</summary>
    private const int MaxConcurrent = 16;

    // Immutable.
    private readonly HealthServices _services;
    private readonly ClusterTraffic _traffic;
    private readonly Action<IMonitoredEndpoint> _passed;
    private readonly Action _changed;
    private readonly SemaphoreSlim _gate = new(MaxConcurrent, MaxConcurrent);

    private volatile HealthCheckPolicy _policy;

    // Guarded by _lock.
    private readonly Lock _lock = new();
    private readonly Dictionary<IMonitoredEndpoint, CheckSession> _sessions = [];

    /// <param name="cluster">Its name.</param>
    /// <param name="policy">The first policy; <see cref="Apply"/> brings others.</param>
    /// <param name="services">Clock, chance, messages and the prober.</param>
    /// <param name="traffic">Whether the cluster is used.</param>
    /// <param name="passed">Called without a lock after each check that found an endpoint healthy.</param>
    /// <param name="changed">Called without a lock after an endpoint's flag changed.</param>
    public HealthChecker(
        string cluster, HealthCheckPolicy policy, HealthServices services, ClusterTraffic traffic, Action<IMonitoredEndpoint> passed, Action changed)
    {
        (Cluster, _policy, _services, _traffic, _passed, _changed) = (cluster, policy, services, traffic, passed, changed);
    }

    public string Cluster { get; }

    public HealthCheckPolicy Policy => _policy;

    public bool HasTraffic => _traffic.Seen;

    /// <summary>Puts a policy and the cluster's endpoints in force; endpoints that stay keep what their checks have said.</summary>
    public void Apply(HealthCheckPolicy policy, IReadOnlyCollection<MonitoredMember> members)
    {
        lock (_lock)
        {
            _policy = policy;
            var current = members.Select(member => member.Endpoint).ToHashSet();
            foreach (var gone in _sessions.Keys.Where(endpoint => !current.Contains(endpoint)).ToArray())
            {
                _sessions.Remove(gone, out var session);
                session!.Dispose();
            }

            var started = current.Where(endpoint => !_sessions.ContainsKey(endpoint)).ToArray();
            foreach (var endpoint in started)
            {
                _sessions[endpoint] = new CheckSession(this, endpoint, _services);
            }

            HoldBackUnchecked();
            Array.ForEach(started, endpoint => _sessions[endpoint].Start());
        }
    }

    public Task EnterAsync(CancellationToken cancellationToken) => _gate.WaitAsync(cancellationToken);

    public void Leave() => _gate.Release();

    public CheckTransition OnResult(CheckSession session, ProbeResult result)
    {
        if (result.Kind is ProbeResultKind.NoAnswer && _services.IsSlow())
        {
            return CheckTransition.None;
        }

        CheckTransition transition;
        bool changed;
        lock (_lock)
        {
            if (_sessions.GetValueOrDefault(session.Endpoint) != session)
            {
                return CheckTransition.None;
            }

            transition = session.Record(result.Kind, _policy);
            changed = Mark(session.Endpoint, healthy: session.IsHealthy != false);
            changed |= transition is CheckTransition.Changed && HoldBackUnchecked();
        }

        if (result.Kind is ProbeResultKind.Passed && session.IsHealthy == true)
        {
            _passed(session.Endpoint);
        }

        if (changed)
        {
            _changed();
        }

        // Last, so that who reads the message finds it true.
        Tell(session, result, transition);
        return transition;
    }

    /// <summary>Checks end: every endpoint counts as healthy again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Values)
            {
                session.Endpoint.IsHealthy = true;
                session.Dispose();
            }

            _sessions.Clear();
        }
    }

    /// <summary>New endpoints wait for their first check while a healthy one serves; when none does, an unknown one is better than none.</summary>
    private bool HoldBackUnchecked()
    {
        var anyHealthy = _sessions.Values.Any(session => session.IsHealthy == true);
        var changed = false;
        foreach (var session in _sessions.Values.Where(session => session.IsHealthy is null))
        {
            changed |= Mark(session.Endpoint, healthy: !anyHealthy);
        }

        return changed;
    }

    private static bool Mark(IMonitoredEndpoint endpoint, bool healthy)
    {
        var changed = endpoint.IsHealthy != healthy;
        endpoint.IsHealthy = healthy;
        return changed;
    }

    private void Tell(CheckSession session, ProbeResult result, CheckTransition transition)
    {
        if (transition is not CheckTransition.Changed)
        {
            return;
        }

        if (result.Kind is ProbeResultKind.Passed)
        {
            _services.Events.CheckPassed(Cluster, session.Endpoint.Address);
        }
        else
        {
            _services.Events.CheckFailed(Cluster, session.Endpoint.Address, result);
        }
    }
}
