using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Makes the picker of a cluster from its policy and those of its endpoints that take requests.</summary>
internal sealed class Balancer(Random random)
{
    /// <param name="policy">The algorithm.</param>
    /// <param name="endpoints">All endpoints of the cluster.</param>
    /// <param name="find">Gives the lasting object of an endpoint.</param>
    public Picker Build(LoadBalancingPolicy policy, EndpointSet endpoints, Func<Endpoint, BalancedEndpoint> find)
    {
        var usable = SelectPriority(endpoints, find);
        return (usable.Length, policy.Kind) switch
        {
            (0, _) => EmptyPicker.Instance,
            (1, _) => new RandomPicker(usable, random),
            (_, LoadBalancingKind.LeastRequest) => new LeastRequestPicker(usable, Math.Max(2, policy.ChoiceCount), random),
            (_, LoadBalancingKind.Random) => new RandomPicker(usable, random),
            _ => new RoundRobinPicker(usable, random),
        };
    }

    /// <summary>The best priority that has a usable endpoint takes everything.</summary>
    private static WeightedEndpoint[] SelectPriority(EndpointSet endpoints, Func<Endpoint, BalancedEndpoint> find)
    {
        foreach (var priority in endpoints.Localities.GroupBy(locality => locality.Priority).OrderBy(group => group.Key))
        {
            var usable = priority.SelectMany(locality => Share(locality, find)).ToArray();
            if (usable.Length > 0)
            {
                return usable;
            }
        }

        return [];
    }

    /// <summary>A locality's weight, divided among its endpoints by their weights.</summary>
    private static IEnumerable<WeightedEndpoint> Share(LocalityEndpoints locality, Func<Endpoint, BalancedEndpoint> find)
    {
        var usable = locality.Endpoints.Where(endpoint => endpoint.Health is (EndpointHealth.Unknown or EndpointHealth.Healthy) && find(endpoint) is { IsEjected: false, IsHealthy: true }).ToArray();
        var sum = usable.Sum(endpoint => (double)Math.Max(1, endpoint.Weight));
        return usable.Select(endpoint => new WeightedEndpoint(find(endpoint), Math.Max(1, endpoint.Weight) * (Math.Max(1, locality.Weight) / sum)));
    }
}
