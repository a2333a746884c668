using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Finds hosts that only a VirtualService knows: they have routes and no endpoints of their own.</summary>
/// <remarks>As istiod: on the HTTP ports of the services that the same VirtualService speaks of, and on 80 when there are none.</remarks>
internal static class UnregisteredHost
{
    private const int HttpPort = 80;

    /// <summary>Null when no VirtualService speaks of it, and for gRPC's own clients, which istiod gives listeners of services alone.</summary>
    /// <param name="context">The client and the state.</param>
    /// <param name="host">As a client writes it, or full.</param>
    /// <param name="port">The port called.</param>
    public static ResolvedService? Find(GenerationContext context, string host, int port) =>
        context.IsProxylessGrpc || VirtualAddresses.Is(host)
            ? null
            : ShortNames.OfClient(host, context.Client.DnsDomain).Select(name => OfFullName(context, name, port)).FirstOrDefault(found => found is not null);

    private static ResolvedService? OfFullName(GenerationContext context, string host, int port)
    {
        if (IsRegistered(context, host)
            || VirtualServiceSelector.Select(context, host, port) is not { } virtualService
            || !PortsOf(context, virtualService).Contains(port))
        {
            return null;
        }

        var (name, @namespace) = ShortNames.Split(host, context.ClusterDomain) ?? (host, virtualService.Namespace);
        var service = new Service
        {
            Hostname = host,
            Namespace = @namespace,
            Name = name,
            Ports = [new Registry.ServicePort(port, "http", ServiceProtocol.Http)],
            Resolution = ServiceResolution.None,
        };
        return new ResolvedService(service, host) { IsUnregistered = true };
    }

    // A service that the client may not see stays out of sight, whoever speaks of it.
    private static bool IsRegistered(GenerationContext context, string host) => context.State.Registry.Services.ContainsKey(host);

    private static HashSet<int> PortsOf(GenerationContext context, ConfigResource<VirtualService> virtualService)
    {
        var ports =
            from host in virtualService.Spec.Hosts
            let name = ShortNames.InResource(host, virtualService.Namespace, context.ClusterDomain)
            let service = HostResolution.OfFullName(context, name)?.Service
            where service is not null
            from port in service.Ports
            where port.Protocol.MayBeHttp()
            select port.Number;
        var result = ports.ToHashSet();
        return result.Count > 0 ? result : [HttpPort];
    }
}
