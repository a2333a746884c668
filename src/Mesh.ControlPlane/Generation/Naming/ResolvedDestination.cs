using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Where a <c>destination</c> of a rule leads to.</summary>
/// <param name="Host">The full name.</param>
/// <param name="Service">Null when no service that the client may see has it.</param>
/// <param name="Subset">Empty for the service as a whole.</param>
/// <param name="Port">The service's port.</param>
internal readonly record struct ResolvedDestination(string Host, ResolvedService? Service, string Subset, int Port)
{
    public string ClusterName => new OutboundName(Port, Subset, Host).ToString();

    /// <param name="context">The client and the state.</param>
    /// <param name="destination">As the rule says it.</param>
    /// <param name="ruleNamespace">Completes a short host.</param>
    /// <param name="callersPort">The port that the client calls.</param>
    public static ResolvedDestination Of(GenerationContext context, Destination destination, string ruleNamespace, int callersPort)
    {
        var host = ShortNames.InResource(destination.Host, ruleNamespace, context.ClusterDomain);
        var service = HostResolution.OfFullName(context, host);

        // Istio: the destination's port, else the only port of its service, else the port that the client calls.
        var port = (int?)destination.Port?.Number ?? OnlyPort(service?.Service) ?? callersPort;
        return new ResolvedDestination(host, service, destination.Subset, port);
    }

    private static int? OnlyPort(Service? service) =>
        service is { Ports.Length: 1 } ? service.Ports[0].Number : null;
}
