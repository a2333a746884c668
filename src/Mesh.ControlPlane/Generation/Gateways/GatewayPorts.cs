using Mesh.Config.Kubernetes.Core;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Finds where a gateway's workload listens for a server: behind its Service a port may have another number.</summary>
internal static class GatewayPorts
{
    /// <summary>A Service with this label leaves the ports of its gateways as the resources say them (istiod).</summary>
    private const string NoTranslationLabel = "experimental.istio.io/disable-gateway-port-translation";

    /// <summary>At least one.</summary>
    public static IEnumerable<int> Resolve(GenerationContext context, int port)
    {
        var ports = new SortedSet<int>();
        foreach (var resource in context.State.Config.Resources.Values)
        {
            if (resource.Spec is not ServiceSpec { Selector.Count: > 0 } service
                || resource.Id.Namespace != context.Client.Namespace
                || !context.Labels.Match(service.Selector))
            {
                continue;
            }

            foreach (var own in service.Ports.Where(own => own.Port == port && own.Protocol is "" or "TCP"))
            {
                ports.Add(resource.Labels.ContainsKey(NoTranslationLabel) ? port : TargetOf(own));
            }
        }

        return ports.Count > 0 ? ports : [port];
    }

    // A name is the container's to explain, and there is none here.
    private static int TargetOf(ServicePort port) =>
        port.TargetPort is { HasIntVal: true, IntVal: > 0 } target ? target.IntVal
        : port.TargetPort is { HasStrVal: true } text && int.TryParse(text.StrVal, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
        : port.Port;
}
