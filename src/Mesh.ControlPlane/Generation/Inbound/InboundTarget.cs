using System.Collections.Immutable;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>A port of the workload that asks, with the services whose requests come in there.</summary>
internal sealed record InboundTarget(GenerationContext Context, string Address, int Port, ImmutableArray<RouteTarget> Services)
{
    /// <summary>Every service says that no HTTP is spoken there: policies on HTTP attributes fail closed.</summary>
    public bool IsTcp => !Services.IsEmpty && Services.All(SpeaksTcp);

    /// <summary>A service selects workloads of its own namespace.</summary>
    public static InboundTarget Of(GenerationContext context, string address, int port) => new(
        context,
        address,
        port,
        [
            .. from service in context.State.Registry.Services.Values
               where service.Namespace == context.Client.Namespace && !service.Hostname.StartsWith('*')
               orderby service.Hostname
               let endpoints = context.State.Registry.Endpoints.GetValueOrDefault(service.Hostname, [])
               from servicePort in service.Ports
               where endpoints.Any(endpoint => endpoint.ServicePortName == servicePort.Name && endpoint.Port == port && endpoint.AllAddresses.Contains(address))
               select new RouteTarget(context, new ResolvedService(service, service.Hostname), servicePort.Number),
        ]);

    private static bool SpeaksTcp(RouteTarget target) =>
        target.Service.Service.Ports.FirstOrDefault(port => port.Number == target.Port)?.Protocol
            is ServiceProtocol.Tcp or ServiceProtocol.Tls or ServiceProtocol.Udp;
}
