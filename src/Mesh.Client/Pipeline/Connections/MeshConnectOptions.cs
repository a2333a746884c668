using System.Net;

namespace Mesh.Client;

/// <summary>What the mesh is told of a connection that it cannot see for itself, because it routes before the first byte.</summary>
public sealed class MeshConnectOptions
{
    /// <summary>
    /// Whether the caller speaks TLS over the stream, from its first byte on. The mesh passes it through unopened and matches <c>tls[]</c> rules by
    /// <see cref="ServerName"/>. Default null: true when <see cref="ServerName"/> is set or the port has rules for TLS, false otherwise.
    /// TLS that the mesh adds by itself (a DestinationRule's <c>trafficPolicy.tls</c>) has nothing to do with it.
    /// </summary>
    public bool? UsesTls { get; set; }

    /// <summary>
    /// The server name (SNI) that the caller's TLS will send, such as <c>db.example.com</c>; letter case makes no difference.
    /// Default null: the host that is connected to, unless that is an IP address. Not allowed where <see cref="UsesTls"/> is false.
    /// </summary>
    public string? ServerName { get; set; }

    /// <summary>
    /// The address that <c>destinationSubnets</c> are matched with, and that an unknown destination, and one of a ServiceEntry with resolution NONE, is dialled at.
    /// Default null: the host if that is an IP address, else the address of the service in the mesh if it has one; otherwise no subnet matches.
    /// </summary>
    public IPAddress? DestinationAddress { get; set; }

    /// <summary>The protocols that the caller's TLS offers (ALPN), best first, such as <c>h2</c>. Default empty.</summary>
    public IList<string> ApplicationProtocols { get; } = [];
}
