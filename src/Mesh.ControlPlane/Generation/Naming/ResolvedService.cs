using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>A service that a client asked for.</summary>
/// <param name="Service">As registered.</param>
/// <param name="Host">Its full name; the name asked for when the service is a wildcard.</param>
internal sealed record ResolvedService(Service Service, string Host)
{
    public bool IsWildcard => Service.Hostname.StartsWith('*');

    /// <summary>The port, unless it is UDP, which the mesh does not carry.</summary>
    public ServicePort? Port(int number) =>
        Service.Ports.FirstOrDefault(port => port.Number == number && port.Protocol != ServiceProtocol.Udp);
}
