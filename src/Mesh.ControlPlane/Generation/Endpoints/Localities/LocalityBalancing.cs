using System.Collections.Immutable;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Groups endpoints by locality and gives the groups the priorities and weights that hold for one client, as istiod does.</summary>
internal static class LocalityBalancing
{
    /// <param name="context">The client and the mesh configuration.</param>
    /// <param name="endpoints">In the order of their localities.</param>
    /// <param name="policy">What DestinationRules say for the cluster.</param>
    public static ImmutableArray<LocalityGroup> Group(GenerationContext context, IEnumerable<ServiceEndpoint> endpoints, TrafficPolicy policy)
    {
        ImmutableArray<LocalityGroup> groups =
        [
            // By what the text says, as clients refuse an assignment with the same locality twice: "eu/a/" is "eu/a".
            .. endpoints.GroupBy(endpoint => LocalityName.Parse(endpoint.Locality)).Select(group => new LocalityGroup(group.Key, [.. group])),
        ];
        if (context.Settings.LocalityOf(policy.LoadBalancer) is not { } setting)
        {
            return groups;
        }

        var client = LocalityName.Parse(context.Client.Locality);
        if (setting.Distribute.Count > 0)
        {
            return LocalityDistribution.Apply(groups, client, setting.Distribute);
        }

        // Without outlier detection nobody would ever leave the first priority.
        if (policy.OutlierDetection is null)
        {
            return groups;
        }

        if (setting.FailoverPriority.Count == 0)
        {
            return LocalityFailover.Apply(groups, client, setting.Failover);
        }

        var prioritized = FailoverPriorities.Apply(groups, new TopologyLabels(context.Client.Labels, client), setting.FailoverPriority);
        return setting.Failover.Count > 0 ? LocalityFailover.Apply(prioritized, client, setting.Failover) : prioritized;
    }
}
