using BenchmarkDotNet.Attributes;
using Mesh.Client.Health;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Benchmarks.Micro;

/// <summary>Telling outlier detection what an attempt came to.</summary>
[MemoryDiagnoser]
public class OutcomeBenchmarks
{
    private static readonly AttemptOutcome Success = new(200, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.Zero);
    private static readonly AttemptOutcome Failure = new(500, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.Zero);

    // What Istio sends: rows only. The other counts the rates of an interval too.
    private readonly EndpointMonitor _rows = Watch(new OutlierDetectionPolicy
    {
        Consecutive5xx = new ConsecutiveRule(uint.MaxValue, 100),
        SuccessRate = new SuccessRateRule { Enforcing = 0, EnforcingLocalOrigin = 0 },
    });

    private readonly EndpointMonitor _rates = Watch(new OutlierDetectionPolicy { Consecutive5xx = new ConsecutiveRule(uint.MaxValue, 100) });

    [Benchmark]
    public void SuccessWithRows() => _rows.Report(Success);

    [Benchmark]
    public void SuccessWithRates() => _rates.Report(Success);

    [Benchmark]
    public void FailureWithRows() => _rows.Report(Failure);

    private static EndpointMonitor Watch(OutlierDetectionPolicy policy)
    {
        var events = new HealthEvents(TimeProvider.System, NullLogger<HealthEvents>.Instance);
        var health = new ClusterHealth("one", new HealthServices(TimeProvider.System, new Random(1), events, new HealthProber()));
        var endpoint = new Endpoint();
        health.Attach(new ClusterPolicy { OutlierDetection = policy }, [new MonitoredMember(endpoint, TakesRequests: true)], static () => { });
        return endpoint.Monitor!;
    }

    private sealed class Endpoint : IMonitoredEndpoint
    {
        public EndpointAddress Address { get; } = new("127.0.0.1", 80);

        public bool IsEjected { get; set; }

        public bool IsHealthy { get; set; } = true;

        public EndpointMonitor? Monitor { get; set; }
    }
}
