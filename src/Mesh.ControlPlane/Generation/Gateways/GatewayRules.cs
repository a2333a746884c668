using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Routes;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Finds the VirtualServices that are bound to a gateway.</summary>
internal static class GatewayRules
{
    /// <summary>With the hosts under which each is reachable there: private ones of the gateway's workload first, then those exported to it, then public ones, the oldest first (istiod).</summary>
    public static IEnumerable<(ConfigResource<VirtualService> Rules, IReadOnlyList<string> Hosts)> Of(GenerationContext context, GatewayServer server) =>
        from candidate in context.Index.VirtualServices
        where GatewayNames.Contain(candidate.Spec.Gateways, server.GatewayName, candidate.Namespace)
        let nearness = VirtualServiceSelector.Nearness(context, candidate)
        where nearness is not null
        orderby nearness descending
        let names = candidate.Spec.Hosts.Select(host => candidate.HasGatewaySemantics ? host : ShortNames.InResource(host, candidate.Namespace, context.ClusterDomain))
        let hosts = GatewayHosts.Intersect(server.Hosts, names, candidate.Namespace)
        where hosts.Length > 0
        select (candidate, (IReadOnlyList<string>)hosts);

    /// <summary>Stands for the caller's destination, which only the rules know.</summary>
    public static ResolvedService Unregistered(GatewayServer server) => new(
        new Registry.Service
        {
            Hostname = "gateway",
            Namespace = server.Gateway.Namespace,
            Name = "gateway",
            Ports = [new Registry.ServicePort(server.CallersPort, "http", Registry.ServiceProtocol.Http)],
            Resolution = Registry.ServiceResolution.None,
        },
        "gateway")
    {
        IsUnregistered = true,
    };
}
