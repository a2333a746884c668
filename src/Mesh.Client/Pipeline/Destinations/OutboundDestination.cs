using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>What the mesh does with the requests for one authority.</summary>
internal sealed class OutboundDestination
{
    private readonly OutboundRoute[] _routes = [];

    public OutboundDestination(Destination destination, RouteTable? table, IReadOnlyList<OutboundCluster> clusters)
    {
        (Destination, Table, Clusters) = (destination, table, clusters);
        if (table is not null)
        {
            var byName = clusters.ToDictionary(cluster => cluster.Cluster.Name, StringComparer.Ordinal);
            _routes = [.. table.VirtualHost.Routes.Select(route => new OutboundRoute(route, byName.GetValueOrDefault))];
        }
    }

    /// <summary>The accepted configuration this was made from.</summary>
    public Destination Destination { get; }

    public RouteTable? Table { get; }

    public IReadOnlyList<OutboundCluster> Clusters { get; }

    public DestinationStatus Status => Destination.Status;

    /// <summary>The first route that matches; null when none does.</summary>
    public OutboundRoute? FindRoute(HttpRequestMessage request, Random random)
    {
        var index = Table?.Find(request, random) ?? -1;
        return index < 0 ? null : _routes[index];
    }

    /// <summary>An authority of which the control plane has said nothing yet.</summary>
    public static OutboundDestination Unanswered(Authority authority, string reason) =>
        new(new Destination { Authority = authority, Status = DestinationStatus.Unknown, Reason = reason }, null, []);
}
