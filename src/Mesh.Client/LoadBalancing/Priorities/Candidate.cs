using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing.Priorities;

/// <summary>An endpoint as the configuration and its own state have it at the moment that a picker is made.</summary>
/// <param name="Endpoint">Its lasting object.</param>
/// <param name="Weight">At least 1.</param>
/// <param name="HashKey">What consistent hashing places it by.</param>
/// <param name="Priority">0 is the best.</param>
/// <param name="IsServing">Whether the control plane says that it takes requests.</param>
/// <param name="IsAvailable">Whether it takes requests by all that is known.</param>
internal sealed record Candidate(BalancedEndpoint Endpoint, uint Weight, string HashKey, int Priority, bool IsServing, bool IsAvailable)
{
    public static Candidate Of(Endpoint endpoint, int priority, bool byHostName, BalancedEndpoint balanced)
    {
        var isServing = endpoint.Health is EndpointHealth.Unknown or EndpointHealth.Healthy;
        var hashKey = endpoint.HashKey ?? (byHostName && endpoint.HostName.Length > 0 ? endpoint.HostName : endpoint.Address.ToString());
        return new Candidate(balanced, Math.Max(1, endpoint.Weight), hashKey, priority, isServing, isServing && balanced.IsAvailable);
    }

    public WeightedEndpoint Weigh(double factor = 1) => new(Endpoint, Weight * factor, HashKey);
}
