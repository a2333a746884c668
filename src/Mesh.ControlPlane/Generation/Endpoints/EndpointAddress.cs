using System.Net;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Tells addresses from names.</summary>
internal static class EndpointAddress
{
    public static bool IsIp(string address) => IPAddress.TryParse(address, out _);
}
