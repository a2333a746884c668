using Mesh.ControlPlane.Generation.Endpoints;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Cluster;
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

        if (OutboundName.Parse(name) is not { } parsed
            || HostResolution.OfCluster(context, parsed.Host) is not { } service
            || service.Port(parsed.Port) is not { } port)
        {
            return null;
        }

        var rule = DestinationRuleResolver.Resolve(context, service.PolicyHost, service.Service.Namespace);
        var policy = MeshDefaults.Complete(TrafficPolicyMerge.Of(rule, rule.Subset(parsed.Subset), parsed.Port), context.Settings);

        var cluster = DnsCluster(context, service, port, parsed) ?? EdsCluster(name);
        cluster.ConnectTimeout = policy.ConnectionPool.Tcp.ConnectTimeout;
        LoadBalancingTranslator.Apply(context, cluster, policy.LoadBalancer);
        ConnectionPoolTranslator.Apply(context, cluster, policy);
        OutlierDetectionTranslator.Apply(context, cluster, policy.OutlierDetection);
        HealthCheckTranslator.Apply(context, cluster, service, port, rule);
        TransportSocketTranslator.Apply(context, cluster, service, rule, policy.Tls);
        return cluster;
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
        if (!context.IsProxylessGrpc || service.Service.Resolution == ServiceResolution.Static)
        {
            return null;
        }

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
}
