using System.Collections.Concurrent;
using Mesh.Client.Health;
using Mesh.Client.Health.Checks;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>Answers health checks as the test says, and counts them.</summary>
internal sealed class ScriptedProber : IHealthProber
{
    private readonly ConcurrentDictionary<IMonitoredEndpoint, ProbeResult> _answers = new();
    private readonly ConcurrentDictionary<IMonitoredEndpoint, int> _probes = new();
    private int _now;

    /// <summary>Replaces the answers by a task of the test's own; the most at one time are counted.</summary>
    public Func<IMonitoredEndpoint, CancellationToken, Task<ProbeResult>>? Script { get; set; }

    public int MostAtOnce { get; private set; }

    public int Probes(IMonitoredEndpoint endpoint) => _probes.GetValueOrDefault(endpoint);

    public void Answer(IMonitoredEndpoint endpoint, ProbeResult result) => _answers[endpoint] = result;

    public async Task<ProbeResult> ProbeAsync(IMonitoredEndpoint endpoint, HealthCheckPolicy policy, string cluster, CancellationToken cancellationToken)
    {
        _probes.AddOrUpdate(endpoint, 1, static (_, count) => count + 1);
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
        try
        {
            return Script is null ? _answers.GetValueOrDefault(endpoint, ProbeResult.Passed) : await Script(endpoint, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }
}
