using Mesh.Client.Health;
using Mesh.Client.Model;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Health;

/// <summary>A cluster of endpoints without a network, watched by the real health on a clock of the test.</summary>
internal sealed class WatchedCluster
{
    private readonly ClusterHealth _health;
    private Action? _listener;

    public WatchedCluster(int endpoints, ClusterPolicy policy, Random? random = null)
    {
        var events = new HealthEvents(Time, Log.CreateLogger<HealthEvents>());
        _health = new ClusterHealth("reviews", new HealthServices(Time, random ?? new Random(7), events, Prober) { IsSlow = () => IsSlow });
        Endpoints = [.. Enumerable.Range(1, endpoints).Select(number => new FakeEndpoint(number))];
        Apply(policy);
    }

    public WatchedCluster(int endpoints, OutlierDetectionPolicy policy, Random? random = null)
        : this(endpoints, new ClusterPolicy { OutlierDetection = policy }, random)
    {
    }

    public FakeTimeProvider Time { get; } = new();

    public LogCollector Log { get; } = new();

    /// <summary>The process that calls has no threads left.</summary>
    public bool IsSlow { get; set; }

    public ScriptedProber Prober { get; } = new();

    public FakeEndpoint[] Endpoints { get; set; }

    /// <summary>How often the cluster was told to choose anew.</summary>
    public int Changes { get; private set; }

    public int Ejected => Endpoints.Count(endpoint => endpoint.IsEjected);

    /// <summary>Puts a configuration in force as the writer of configuration does: the new one comes before the old one goes.</summary>
    public void Apply(ClusterPolicy policy, Func<FakeEndpoint, bool>? takesRequests = null)
    {
        var before = _listener;
        _listener = () => Changes++;
        _health.Attach(policy, [.. Endpoints.Select(endpoint => new MonitoredMember(endpoint, takesRequests?.Invoke(endpoint) ?? true))], _listener);
        if (before is not null)
        {
            _health.Detach(before);
        }
    }

    public void Apply(OutlierDetectionPolicy policy) => Apply(new ClusterPolicy { OutlierDetection = policy });

    public void Remove() => _health.Detach(_listener!);

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public IEnumerable<string> Messages(string eventName) =>
        Log.Entries.Where(entry => entry.EventName == eventName).Select(entry => entry.Message);
}
