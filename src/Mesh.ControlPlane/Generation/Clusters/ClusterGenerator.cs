using System.Globalization;
using Mesh.ControlPlane.Generation.Endpoints;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Origins;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Cluster;
using TrafficPolicy = Mesh.Config.Istio.Networking.TrafficPolicy;
using ServicePort = Mesh.ControlPlane.Registry.ServicePort;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Makes the cluster of one port and subset of a service, with the policy that DestinationRules give it.</summary>
internal static class ClusterGenerator
{
    public static Cluster? Generate(GenerationContext context, string name)
    {
        if (name == OutboundName.BlackHole)
        {
            return EdsCluster(name);
        }

        if (context.Client.IsGateway && OutboundName.ParseServerName(name) is { } unopened)
        {
            return Unopened(context, name, unopened.ToString());
        }

        if (OutboundName.Parse(name) is not { } parsed
            || HostResolution.OfCluster(context, parsed.Host) is not { } service
            || service.Port(parsed.Port) is not { } port)
        {
            return null;
        }

        var rule = DestinationRuleResolver.Resolve(context, service.PolicyHost, service.Service.Namespace);
        var policy = MeshDefaults.Complete(TrafficPolicyMerge.Of(rule, rule.Subset(parsed.Subset), parsed.Port), context.Settings, port.Protocol);

        var cluster = service.Service.Resolution == ServiceResolution.Static ? EdsCluster(name)
            : context.IsProxylessGrpc ? DnsCluster(context, service, port, parsed) ?? EdsCluster(name)
            : NamedCluster(context, service, port, parsed, policy);
        cluster.ConnectTimeout = policy.ConnectionPool.Tcp.ConnectTimeout;
        LoadBalancingTranslator.Apply(context, cluster, rule, policy.LoadBalancer);
        LoadBalancingTranslator.KeepSessions(context, cluster, service.Service);
        ConnectionPoolTranslator.Apply(context, cluster, policy);
        OutlierDetectionTranslator.Apply(context, cluster, policy.OutlierDetection);
        HealthCheckTranslator.Apply(context, cluster, service, port, rule);
        HttpOptionsTranslator.Apply(context, cluster, port.Protocol, policy);
        TransportSocketTranslator.Apply(
            context, cluster, service, rule, new TransportDemand(policy.Tls, port, HttpOptionsTranslator.IsHttp2(port.Protocol, policy.ConnectionPool), parsed.ServerName));
        SayService(context, cluster, service.Service);
        SayOrigin(context, cluster, rule, parsed.Subset);
        ShrinkAllowance.Apply(context, cluster, rule);
        if (context is { IsProxylessGrpc: true, TakesLoadReports: true })
        {
            // gRFC A27: a client of gRPC reports only the clusters that say so, and only to the server they came from.
            cluster.LrsServer = Envelope.Self();
        }

        return cluster;
    }

    private static void SayService(GenerationContext context, Cluster cluster, Service service)
    {
        if (!context.IsProxylessGrpc)
        {
            cluster.Metadata = ServiceMetadata.Add(cluster.Metadata, service);
        }
    }

    /// <summary>For TLS of the mesh that a gateway lets through (AUTO_PASSTHROUGH): as the cluster is, without TLS of its own.</summary>
    private static Cluster? Unopened(GenerationContext context, string name, string original)
    {
        if (Generate(context, original) is not { } cluster)
        {
            return null;
        }

        cluster.Name = name;
        cluster.TransportSocket = null;
        cluster.TransportSocketMatches.Clear();
        return cluster;
    }

    private static void SayOrigin(GenerationContext context, Cluster cluster, EffectiveRule rule, string subset)
    {
        if (context.IsProxylessGrpc || rule.Source is not { } source)
        {
            return;
        }

        cluster.Metadata = rule.OriginOf(subset) is { } origin
            ? ConfigMetadata.Add(cluster.Metadata, origin.Resource, string.Create(CultureInfo.InvariantCulture, $"subsets[{origin.Index}]"))
            : ConfigMetadata.Add(cluster.Metadata, source);
    }

    private static Cluster EdsCluster(string name) => new()
    {
        Name = name,
        Type = Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Envelope.Ads(), ServiceName = name },
    };

    // gRPC's clients refuse host names in EDS and take exactly one in a LOGICAL_DNS cluster (gRFC A37).
    private static Cluster? DnsCluster(GenerationContext context, ResolvedService service, ServicePort port, OutboundName name)
    {
        var endpoints = ServiceEndpoints.Of(context, service, port, name.Subset);
        if (endpoints.Length != 1 || endpoints[0].State == EndpointState.NotReady || EndpointAddress.IsIp(endpoints[0].Address))
        {
            return null;
        }

        return new Cluster
        {
            Name = name.ToString(),
            Type = Cluster.Types.DiscoveryType.LogicalDns,
            LoadAssignment = EndpointGenerator.SingleHost(name.ToString(), endpoints[0].Address, endpoints[0].Port),
        };
    }

    /// <summary>Names for a mesh client to resolve: each address an endpoint, or a name that each connection resolves anew.</summary>
    private static Cluster NamedCluster(GenerationContext context, ResolvedService service, ServicePort port, OutboundName name, TrafficPolicy policy)
    {
        var assignment = EndpointGenerator.Assignment(context, service, port, name, policy);
        var hosts = assignment.Endpoints.SelectMany(locality => locality.LbEndpoints).Select(endpoint => endpoint.Endpoint.Address.SocketAddress.Address).ToList();
        var cluster = new Cluster { Name = name.ToString(), LoadAssignment = assignment };
        if (service.Service.Resolution != ServiceResolution.Dns && hosts.Count == 1)
        {
            cluster.Type = EndpointAddress.IsIp(hosts[0]) ? Cluster.Types.DiscoveryType.Static : Cluster.Types.DiscoveryType.LogicalDns;
            return cluster;
        }

        cluster.Type = Cluster.Types.DiscoveryType.StrictDns;
        cluster.DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Preferred;
#pragma warning disable CS0612 // Deprecated in favour of a typed resolver, and what istiod sends.
        cluster.DnsRefreshRate = context.Settings.DnsRefreshRate;
#pragma warning restore CS0612
        return cluster;
    }
}
