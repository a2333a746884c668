using System.Collections.Immutable;
using Mesh.Client.Health.Checks;
using Mesh.Client.Health.Outliers;
using Mesh.Client.Model;

namespace Mesh.Client.Health;

/// <summary>Watches the endpoints of one cluster, across every configuration it has; joins outlier detection and health checks.</summary>
/// <remarks>Whoever balances the cluster attaches itself and is told when an endpoint's flags changed; with the last to leave all watching ends.</remarks>
internal sealed class ClusterHealth(string cluster, HealthServices services)
{
    private readonly ClusterTraffic _traffic = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<IMonitoredEndpoint> _endpoints = [];
    private HealthChecker? _checker;

    // Replaced under _lock.
    private volatile OutlierDetector? _detector;
    private ImmutableArray<Action> _listeners = [];

    /// <summary>Puts a policy and endpoints in force, for one more listener.</summary>
    /// <param name="policy">What is asked for may be nothing: then endpoints that were ejected take requests again.</param>
    /// <param name="members">All endpoints of the cluster.</param>
    /// <param name="changed">Called after flags of endpoints changed, on any thread.</param>
    public void Attach(ClusterPolicy policy, IReadOnlyCollection<MonitoredMember> members, Action changed)
    {
        lock (_lock)
        {
            _listeners = _listeners.Add(changed);
            ApplyOutlierDetection(policy.OutlierDetection, members);
            ApplyHealthCheck(policy.HealthCheck, members);
            Watch(members);
        }
    }

    public void Detach(Action changed)
    {
        lock (_lock)
        {
            _listeners = _listeners.Remove(changed);
            if (_listeners.IsEmpty)
            {
                ApplyOutlierDetection(null, []);
                ApplyHealthCheck(null, []);
                Watch([]);
            }
        }
    }

    private void ApplyOutlierDetection(OutlierDetectionPolicy? policy, IReadOnlyCollection<MonitoredMember> members)
    {
        if (policy is null)
        {
            _detector?.Dispose();
            _detector = null;
            return;
        }

        _detector ??= new OutlierDetector(cluster, policy, services, Notify);
        _detector.Apply(policy, members);
    }

    private void ApplyHealthCheck(HealthCheckPolicy? policy, IReadOnlyCollection<MonitoredMember> members)
    {
        if (policy is null)
        {
            _checker?.Dispose();
            _checker = null;
            return;
        }

        // What an older probe said is no answer to another question.
        if (_checker is not null && _checker.Policy.Probe != policy.Probe)
        {
            _checker.Dispose();
            _checker = null;
        }

        _checker ??= new HealthChecker(cluster, policy, services, _traffic, endpoint => _detector?.OnCheckPassed(endpoint), Notify);
        _checker.Apply(policy, members);
    }

    private void Watch(IReadOnlyCollection<MonitoredMember> members)
    {
        var current = members.Select(member => member.Endpoint).ToHashSet();
        foreach (var gone in _endpoints.Where(endpoint => !current.Contains(endpoint)))
        {
            gone.Monitor = null;
            (gone.IsEjected, gone.IsHealthy) = (false, true);
        }

        _endpoints.Clear();
        var watches = _detector is not null || _checker is not null;
        foreach (var endpoint in current)
        {
            _endpoints.Add(endpoint);
            endpoint.Monitor = watches ? endpoint.Monitor ?? new EndpointMonitor(_traffic) : null;
            if (endpoint.Monitor is { } monitor)
            {
                monitor.Outliers = _detector?.Find(endpoint);
            }
        }
    }

    private void Notify()
    {
        foreach (var listener in _listeners)
        {
            listener();
        }
    }
}
