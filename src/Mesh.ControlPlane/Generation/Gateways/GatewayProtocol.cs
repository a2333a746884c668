namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>What a server of a gateway speaks, as far as it makes a difference.</summary>
internal enum GatewayProtocol
{
    /// <summary>HTTP, HTTP2, GRPC, GRPC-WEB.</summary>
    Http,

    Https,

    Tls,

    /// <summary>TCP, and everything whose bytes are carried unread.</summary>
    Tcp,
}
