using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.Protocol.Envoy.Filters.Tcp;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Type;

namespace Mesh.ControlPlane.Generation.Connections;

/// <summary>Turns the destinations of a rule into a filter chain that ends in Envoy's TCP proxy.</summary>
internal static class TcpProxyTranslator
{
    /// <summary>Istio retries a request twice that could not connect; a connection that carried nothing is as safe to try again.</summary>
    private const uint MaxConnectAttempts = 3;

    /// <summary>The chain for what no rule is for.</summary>
    public static FilterChain ToService(ConnectionTarget target)
    {
        var destination = new ResolvedDestination(target.Service.Host, target.Service, "", target.Port.Number);
        return Chain(destination.ClusterName, To(target.Context, destination));
    }

    /// <summary>The chain to a cluster that belongs to no service of the client.</summary>
    public static FilterChain ToCluster(string cluster) => Chain(cluster, new TcpProxy { Cluster = cluster, StatPrefix = cluster });

    /// <summary>Null when the weights leave no destination, which validation does not let through.</summary>
    public static FilterChain? ToDestinations(
        ConnectionTarget target, ConfigResource<VirtualService> virtualService, string rule, RepeatedField<RouteDestination> routes)
    {
        var weighted = routes.Count == 1 ? [routes[0]] : routes.Where(route => route.Weight > 0).ToList();
        var destinations = weighted.ConvertAll(route =>
            ResolvedDestination.Of(target.Context, route.Destination, virtualService.Namespace, target.Port.Number));
        if (destinations.Count == 0)
        {
            return null;
        }

        var id = virtualService.Resource.Id;
        var name = $"{id.Name}.{id.Namespace}/{rule}";
        if (destinations.Count == 1)
        {
            return Chain(name, To(target.Context, destinations[0]));
        }

        // istiod: the limits of a split are those of its first destination.
        var proxy = Proxy(target.Context, destinations[0] with { Subset = "" });
        proxy.StatPrefix = $"{id.Name}.{id.Namespace}";
        proxy.WeightedClusters = new TcpProxy.Types.WeightedCluster();
        proxy.WeightedClusters.Clusters.AddRange(destinations.Zip(weighted, static (destination, route) =>
            new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = destination.ClusterName, Weight = (uint)route.Weight }));
        return Chain(name, proxy);
    }

    private static TcpProxy To(GenerationContext context, ResolvedDestination destination)
    {
        var proxy = Proxy(context, destination);
        proxy.Cluster = destination.ClusterName;
        proxy.StatPrefix = destination.ClusterName;
        return proxy;
    }

    private static TcpProxy Proxy(GenerationContext context, ResolvedDestination destination)
    {
        var policy = PolicyOf(context, destination);
        var proxy = new TcpProxy
        {
            MaxConnectAttempts = MaxConnectAttempts,
            IdleTimeout = policy?.ConnectionPool?.Tcp?.IdleTimeout,
            MaxDownstreamConnectionDuration = policy?.ConnectionPool?.Tcp?.MaxConnectionDuration,
        };
        if (policy?.LoadBalancer?.ConsistentHash is { UseSourceIp: true })
        {
            proxy.HashPolicy.Add(new HashPolicy { SourceIp = new HashPolicy.Types.SourceIp() });
        }

        return proxy;
    }

    private static TrafficPolicy? PolicyOf(GenerationContext context, ResolvedDestination destination)
    {
        if (destination.Service is not { } service)
        {
            return null;
        }

        var rule = DestinationRuleResolver.Resolve(context, destination.Host, service.Service.Namespace);
        return TrafficPolicyMerge.Of(rule, rule.Subset(destination.Subset), destination.Port);
    }

    private static FilterChain Chain(string name, TcpProxy proxy) => new()
    {
        Name = name,
        Filters = { new Filter { Name = Envelope.TcpProxy, TypedConfig = Any.Pack(proxy) } },
    };
}
