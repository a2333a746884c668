using Mesh.Client.Model;
using Mesh.Client.Propagation;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Connections;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>What the mesh does with the requests for one authority.</summary>
internal sealed class OutboundDestination
{
    private readonly OutboundRoute[] _routes = [];

    public OutboundDestination(Destination destination, RouteTable? table, IReadOnlyList<OutboundCluster> clusters, ProcessFacts facts)
    {
        (Destination, Table, Clusters) = (destination, table, clusters);
        var byName = clusters.ToDictionary(cluster => cluster.Cluster.Name, StringComparer.Ordinal);
        if (table is not null)
        {
            _routes = [.. table.VirtualHost.Routes.Select(route => new OutboundRoute(route, byName.GetValueOrDefault, facts, table.VirtualHost.CountsAttempts))];
        }

        Peer = Told(clusters);
        Connections = destination.Connections is { } connections ? new OutboundConnections(connections, byName.GetValueOrDefault) : null;
    }

    private OutboundDestination(Destination destination) => (Destination, Clusters, Peer) = (destination, [], Told([]));

    /// <summary>The accepted configuration this was made from.</summary>
    public Destination Destination { get; }

    public RouteTable? Table { get; }

    /// <summary>Whom a call is for that gets no further: the service that its routes lead to, without a workload.</summary>
    public CallPeer Peer { get; }

    /// <summary>Where raw connections go; null when there is no way for them.</summary>
    public OutboundConnections? Connections { get; }

    public IReadOnlyList<OutboundCluster> Clusters { get; }

    public DestinationStatus Status => Destination.Status;

    /// <summary>The first route that matches; null when none does.</summary>
    public OutboundRoute? FindRoute(HttpRequestMessage request, Random random)
    {
        var index = Table?.Find(request, random, Table.AsksForClaims ? CallContext.Current?.Claims : null) ?? -1;
        return index < 0 ? null : _routes[index];
    }

    /// <summary>Null when no route names it.</summary>
    public OutboundCluster? FindCluster(string name) => Clusters.FirstOrDefault(cluster => cluster.Cluster.Name == name);

    /// <summary>An answer without routes.</summary>
    public static OutboundDestination Of(Destination destination) => new(destination);

    /// <summary>An authority of which the control plane has said nothing yet.</summary>
    public static OutboundDestination Unanswered(Authority authority, string reason) =>
        new(new Destination { Authority = authority, Status = DestinationStatus.Unknown, Reason = reason });

    private static CallPeer Told(IReadOnlyList<OutboundCluster> clusters) => new("", clusters.Count > 0 ? clusters[0].Cluster.Service : null, null);
}
