using System.Net;
using Mesh.Client.Model;

namespace Mesh.Server.Gateway.Ports;

/// <summary>Says where a listener is opened on this machine.</summary>
internal static class PortPlan
{
    /// <summary>Null when the offset leads above the last port.</summary>
    public static IPEndPoint? Of(GatewayListener listener, MeshGatewayOptions options)
    {
        var port = options.Ports.TryGetValue(listener.Port, out var mapped) ? mapped : listener.Port + options.PortOffset;
        var address = IsAny(listener.Address) && options.Address is { Length: > 0 } own ? IPAddress.Parse(own) : listener.Address;
        return port <= IPEndPoint.MaxPort ? new IPEndPoint(address, port) : null;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
