using Mesh.Client.Model;

namespace Mesh.Client.Health.Checks;

/// <summary>Checks one endpoint again and again until it is stopped.</summary>
internal sealed class CheckSession : IDisposable
{
    private readonly HealthChecker _checker;
    private readonly HealthServices _services;
    private readonly CancellationTokenSource _stop = new();

    // Guarded by the checker's lock.
    private readonly CheckState _state = new();

    public CheckSession(HealthChecker checker, IMonitoredEndpoint endpoint, HealthServices services)
    {
        (_checker, Endpoint, _services) = (checker, endpoint, services);
    }

    public IMonitoredEndpoint Endpoint { get; }

    /// <summary>Guarded by the checker's lock; null before the first result.</summary>
    public bool? IsHealthy => _state.IsHealthy;

    public void Start() => _ = RunAsync(_stop.Token);

    /// <summary>Under the checker's lock.</summary>
    public CheckTransition Record(ProbeResultKind result, HealthCheckPolicy policy) => _state.Record(result, policy);

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            // Off the thread that brings the configuration.
            await Task.Yield();
            await Task.Delay(_checker.Policy.InitialJitter * _services.Random.NextDouble(), _services.Time, stop).ConfigureAwait(false);
            while (true)
            {
                var policy = _checker.Policy;
                var result = await CheckAsync(policy, stop).ConfigureAwait(false);
                var transition = _checker.OnResult(this, result);
                var wait = CheckInterval.Next(
                    policy, _checker.HasTraffic, result.Kind is ProbeResultKind.Passed, _state.IsHealthy == true, transition, _services.Random);
                await Task.Delay(wait, _services.Time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task<ProbeResult> CheckAsync(HealthCheckPolicy policy, CancellationToken stop)
    {
        await _checker.EnterAsync(stop).ConfigureAwait(false);
        try
        {
            using var timeout = new CancellationTokenSource(policy.Timeout, _services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            try
            {
                return await _services.Prober.ProbeAsync(Endpoint, policy, _checker.Cluster, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                return ProbeResult.NoAnswer($"no answer within {policy.Timeout.TotalSeconds:0.###} s");
            }
        }
        finally
        {
            _checker.Leave();
        }
    }
}
