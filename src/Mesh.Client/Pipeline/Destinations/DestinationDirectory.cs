using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>Answers what the mesh does with an authority: from memory, or by asking the control plane and waiting a bounded time.</summary>
internal sealed class DestinationDirectory(
    OutboundStateCompiler compiler,
    IDestinationSubscriber subscriber,
    TimeSpan discoveryTimeout,
    TimeProvider time,
    Func<Authority, string, Destination>? unanswered = null) : IDisposable
{
    /// <summary>Authorities that may wait for an answer at one time: an application that calls any address it is given must not fill the memory.</summary>
    private const int MaxPending = 4096;

    private readonly Lock _lock = new();

    // Written under _lock, read by every request.
    private volatile OutboundState _state = OutboundState.Empty;

    // Guarded by _lock. An entry stays after its time is over, so that only the first requests wait while the control plane is silent.
    private readonly Dictionary<Authority, Task<OutboundDestination>> _pending = [];
    private readonly Dictionary<Authority, TaskCompletionSource<OutboundDestination>> _answers = [];

    // Guarded by _lock. Clusters that requests ask for by themselves; the same rule.
    private readonly Dictionary<(Authority Authority, string Cluster), Task<OutboundCluster?>> _pendingClusters = [];
    private readonly Dictionary<(Authority Authority, string Cluster), TaskCompletionSource<OutboundCluster?>> _clusterAnswers = [];

    public OutboundState State => _state;

    /// <summary>A new state is in force; from whoever published it, so handlers must be quick.</summary>
    public event Action<OutboundState>? Published;

    /// <summary>Puts a snapshot in force; requests under way go on with the one they have read.</summary>
    public void Publish(MeshSnapshot snapshot)
    {
        lock (_lock)
        {
            var previous = _state;
            var current = compiler.Compile(snapshot, previous);
            _state = current;
            compiler.ReleaseUnused(previous, current);
            foreach (var authority in _pending.Keys.Where(current.Destinations.ContainsKey).ToArray())
            {
                _pending.Remove(authority);
                if (_answers.Remove(authority, out var answer))
                {
                    answer.TrySetResult(current.Destinations[authority]);
                }
            }

            AnswerClusters(current);
        }

        Published?.Invoke(_state);
    }

    /// <summary>For an authority that <see cref="State"/> does not hold.</summary>
    public async ValueTask<OutboundDestination> DiscoverAsync(Authority authority, CancellationToken cancellationToken)
    {
        var (answer, isNew) = Ask(authority);
        if (isNew)
        {
            subscriber.Subscribe(authority);
        }

        return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For a cluster that none of the authority's routes names; null when the control plane does not answer in time.</summary>
    public async ValueTask<OutboundCluster?> DiscoverClusterAsync(Authority authority, string cluster, CancellationToken cancellationToken)
    {
        var (answer, isNew) = AskForCluster(authority, cluster);
        if (isNew)
        {
            subscriber.SubscribeCluster(authority, cluster);
        }

        return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The process ends: nothing watches endpoints any more; requests under way go on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var cluster in _state.Clusters)
            {
                cluster.Unwatch();
            }
        }
    }

    private (Task<OutboundDestination> Answer, bool IsNew) Ask(Authority authority)
    {
        lock (_lock)
        {
            if (_state.Destinations.TryGetValue(authority, out var known))
            {
                return (Task.FromResult(known), false);
            }

            if (_pending.TryGetValue(authority, out var waiting))
            {
                return (waiting, false);
            }

            if (_pending.Count >= MaxPending)
            {
                return (Task.FromResult(OutboundDestination.Unanswered(authority, $"{MaxPending} other authorities wait for the control plane's answer")), false);
            }

            var answer = new TaskCompletionSource<OutboundDestination>(TaskCreationOptions.RunContinuationsAsynchronously);
            _answers[authority] = answer;
            return (_pending[authority] = WaitAsync(authority, answer.Task), true);
        }
    }

    private (Task<OutboundCluster?> Answer, bool IsNew) AskForCluster(Authority authority, string cluster)
    {
        lock (_lock)
        {
            if (_state.Destinations.GetValueOrDefault(authority)?.FindCluster(cluster) is { } known)
            {
                return (Task.FromResult<OutboundCluster?>(known), false);
            }

            if (_pendingClusters.TryGetValue((authority, cluster), out var waiting))
            {
                return (waiting, false);
            }

            if (_pendingClusters.Count >= MaxPending)
            {
                return (Task.FromResult<OutboundCluster?>(null), false);
            }

            var answer = new TaskCompletionSource<OutboundCluster?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _clusterAnswers[(authority, cluster)] = answer;
            return (_pendingClusters[(authority, cluster)] = WaitAsync(answer.Task), true);
        }
    }

    private void AnswerClusters(OutboundState current)
    {
        foreach (var key in _pendingClusters.Keys.ToArray())
        {
            if (current.Destinations.GetValueOrDefault(key.Authority)?.FindCluster(key.Cluster) is { } cluster)
            {
                _pendingClusters.Remove(key);
                if (_clusterAnswers.Remove(key, out var answer))
                {
                    answer.TrySetResult(cluster);
                }
            }
        }
    }

    private async Task<OutboundCluster?> WaitAsync(Task<OutboundCluster?> answer)
    {
        try
        {
            return await answer.WaitAsync(discoveryTimeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<OutboundDestination> WaitAsync(Authority authority, Task<OutboundDestination> answer)
    {
        try
        {
            return await answer.WaitAsync(discoveryTimeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var reason = $"the control plane did not answer within {discoveryTimeout.TotalSeconds:0.###} s (Mesh:Outbound:DiscoveryTimeout)";
            return unanswered is null ? OutboundDestination.Unanswered(authority, reason) : OutboundDestination.Of(unanswered(authority, reason));
        }
    }
}
