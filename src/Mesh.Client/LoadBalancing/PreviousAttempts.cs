namespace Mesh.Client.LoadBalancing;

/// <summary>The endpoints that a call has been sent to so far; made with the second attempt, so that a call that succeeds at once has none.</summary>
internal sealed class PreviousAttempts
{
    // Attempts are few: a list is searched faster than a set is made.
    private readonly List<BalancedEndpoint> _endpoints = [];

    /// <summary>How often a pick that gives an endpoint of these is repeated before any other is taken, if there is one (<c>host_selection_retry_max_attempts</c>; Envoy: 1, Istio: 5); 0 lets a retry go anywhere.</summary>
    public int MaxReselections { get; init; } = 1;

    public IReadOnlyList<BalancedEndpoint> Endpoints => _endpoints;

    public void Add(BalancedEndpoint endpoint) => _endpoints.Add(endpoint);

    public bool Contains(BalancedEndpoint endpoint) => _endpoints.Contains(endpoint);
}
