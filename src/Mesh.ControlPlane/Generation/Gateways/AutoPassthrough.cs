using Mesh.ControlPlane.Generation.Connections;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Adds the filter chains of <c>AUTO_PASSTHROUGH</c>: the mesh's own TLS says in its server name which cluster it is for.</summary>
internal static class AutoPassthrough
{
    private const string TlsProtocol = "tls";

    /// <summary>What the clients of the mesh offer; any other TLS is not let through.</summary>
    private static readonly string[] MeshProtocols = ["istio-peer-exchange", "istio", "istio-http/1.0", "istio-http/1.1", "istio-h2"];

    public static void Add(GenerationContext context, GatewayServer server, Listener listener)
    {
        foreach (var service in context.State.Registry.Services.Values.OrderBy(service => service.Hostname, StringComparer.Ordinal))
        {
            if (service.IsExternal || !HostResolution.IsExported(context, service) || GatewayHosts.Intersect(server.Hosts, [service.Hostname], service.Namespace).IsEmpty)
            {
                continue;
            }

            var subsets = DestinationRuleResolver.Resolve(context, service.Hostname, service.Namespace).Subsets.Select(subset => subset.Name);
            foreach (var subset in subsets.Prepend(""))
            {
                foreach (var port in service.Ports.Where(port => port.Protocol != ServiceProtocol.Udp))
                {
                    listener.FilterChains.Add(Chain(service, port, subset));
                }
            }
        }
    }

    private static FilterChain Chain(Service service, ServicePort port, string subset)
    {
        // The peers' TLS goes through unopened, so the cluster must not add its own.
        var name = new OutboundName(port.Number, subset, service.Hostname).ServerName;
        var chain = TcpProxyTranslator.ToCluster(name);
        chain.FilterChainMatch = new FilterChainMatch
        {
            TransportProtocol = TlsProtocol,
            ServerNames = { name },
            ApplicationProtocols = { MeshProtocols },
        };
        return chain;
    }
}
