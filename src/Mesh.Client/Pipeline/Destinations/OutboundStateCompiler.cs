using System.Collections.Frozen;
using Mesh.Client.Health;
using Mesh.Client.LoadBalancing.Lanes;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Connections;
using Mesh.Client.Routing;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>Compiles snapshots; whatever did not change is carried over from the state before.</summary>
internal sealed class OutboundStateCompiler(EndpointPoolStore pools, HealthServices health, Random random, TimeProvider time, ProcessFacts facts, LaneRule? lanes = null)
{
    public OutboundState Compile(MeshSnapshot snapshot, OutboundState previous)
    {
        pools.UseSecrets(snapshot.Secrets);
        var clusters = new Dictionary<Cluster, OutboundCluster>(ReferenceEqualityComparer.Instance);
        var known = new Dictionary<string, OutboundCluster>(StringComparer.Ordinal);
        foreach (var cluster in previous.Clusters)
        {
            known[cluster.Cluster.Name] = cluster;
        }

        var destinations = new Dictionary<Authority, OutboundDestination>(snapshot.Destinations.Count);
        foreach (var (authority, destination) in snapshot.Destinations)
        {
            destinations[authority] = Compile(destination, previous.Destinations.GetValueOrDefault(authority), clusters, known);
        }

        var gateway = Compile(snapshot.Gateway, previous.Gateway, clusters, known);
        return new OutboundState(destinations.ToFrozenDictionary(), clusters.Values) { Gateway = gateway };
    }

    /// <summary>Gives back what the state before held and this one does not.</summary>
    public void ReleaseUnused(OutboundState previous, OutboundState current)
    {
        var used = current.Clusters.ToHashSet();
        var next = current.Clusters.ToLookup(cluster => cluster.Cluster.Name, StringComparer.Ordinal);
        foreach (var cluster in previous.Clusters)
        {
            if (!used.Contains(cluster))
            {
                cluster.Release(pools, next[cluster.Cluster.Name].FirstOrDefault());
            }
        }
    }

    private OutboundGateway Compile(
        GatewayConfiguration gateway, OutboundGateway previous, Dictionary<Cluster, OutboundCluster> clusters, Dictionary<string, OutboundCluster> known)
    {
        if (gateway.Ports.IsEmpty)
        {
            return gateway == previous.Source ? previous : new OutboundGateway(gateway, []);
        }

        var before = previous.Destinations.ToDictionary(destination => destination.Destination.Authority);
        var ports = gateway.Ports.Select(port => new OutboundGatewayPort(
            port,
            [
                .. port.Listener.Chains.Zip(port.Backends, (chain, backend) => new OutboundGatewayChain(
                    chain, backend, destination => Compile(destination, before.GetValueOrDefault(destination.Authority), clusters, known))),
            ]));
        return new OutboundGateway(gateway, [.. ports]);
    }

    private OutboundDestination Compile(
        Destination destination,
        OutboundDestination? previous,
        Dictionary<Cluster, OutboundCluster> clusters,
        Dictionary<string, OutboundCluster> known)
    {
        if (previous is not null && ReferenceEquals(previous.Destination, destination))
        {
            foreach (var cluster in previous.Clusters)
            {
                clusters[cluster.Cluster] = cluster;
            }

            return previous;
        }

        var compiled = destination.Clusters.Values.Select(cluster => Compile(cluster, clusters, known)).ToArray();
        return new OutboundDestination(destination, CompileRoutes(RequestRoutes(destination), previous?.Table), compiled, facts);
    }

    private OutboundCluster Compile(Cluster cluster, Dictionary<Cluster, OutboundCluster> clusters, Dictionary<string, OutboundCluster> known)
    {
        if (!clusters.TryGetValue(cluster, out var compiled))
        {
            var before = known.GetValueOrDefault(cluster.Name);
            compiled = ReferenceEquals(before?.Cluster, cluster) ? before! : Compile(cluster, before);
            clusters[cluster] = compiled;
        }

        return compiled;
    }

    private OutboundCluster Compile(Cluster cluster, OutboundCluster? before)
    {
        var compiled = new OutboundCluster(cluster, before, pools, random, time, lanes);
        compiled.Watch(before, health);
        return compiled;
    }

    private static VirtualHost? RequestRoutes(Destination destination) =>
        destination.VirtualHost ?? (destination.Connections is { } connections ? OpaqueRequests.VirtualHost(destination.Authority, connections) : null);

    // Endpoints change far more often than routes.
    private static RouteTable? CompileRoutes(VirtualHost? virtualHost, RouteTable? previous) =>
        virtualHost is null ? null : ReferenceEquals(previous?.VirtualHost, virtualHost) ? previous : new RouteTable(virtualHost);
}
