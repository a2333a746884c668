using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>A service that a client asked for.</summary>
/// <param name="Service">As registered.</param>
/// <param name="Host">Its full name; the name asked for when the service is a wildcard, the address where that is what is dialled.</param>
internal sealed record ResolvedService(Service Service, string Host)
{
    /// <summary>The name by which resources speak of it, also when an address was asked for.</summary>
    public string PolicyHost { get; } = VirtualAddresses.Is(Host) ? Service.Hostname : Host;

    /// <summary>No registry knows it; a VirtualService speaks of it, and only what that routes to can be reached.</summary>
    public bool IsUnregistered { get; init; }

    public bool IsWildcard => Service.Hostname.StartsWith('*');

    /// <summary>The port, unless it is UDP, which the mesh does not carry.</summary>
    public ServicePort? Port(int number) =>
        Service.Ports.FirstOrDefault(port => port.Number == number && port.Protocol != ServiceProtocol.Udp);
}
