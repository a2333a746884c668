using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>What the queries share from one connection to Consul until it fails.</summary>
internal sealed class ConsulRound(RegistryFeed feed, SemaphoreSlim places, CancellationTokenSource ending)
{
    private Exception? _failure;
    private volatile bool _isComplete;

    public RegistryFeed Feed => feed;

    /// <summary>One for each query at once.</summary>
    public SemaphoreSlim Places => places;

    /// <summary>By service; of the loop over the services alone.</summary>
    public Dictionary<string, ConsulWatch> Watches { get; } = new(StringComparer.Ordinal);

    /// <summary>How long a query of a service may wait.</summary>
    public TimeSpan Wait { get; set; }

    /// <summary>Every service was answered once.</summary>
    public bool IsComplete
    {
        get => _isComplete;
        set => _isComplete = value;
    }

    /// <summary>The first thing that went wrong.</summary>
    public Exception? Failure => _failure;

    public Task FailAsync(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, exception, null);
        return ending.CancelAsync();
    }
}
