namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Reads the protocol of a server's port.</summary>
internal static class GatewayProtocols
{
    public static GatewayProtocol Parse(string text) => text.ToUpperInvariant() switch
    {
        "HTTP" or "HTTP2" or "GRPC" or "GRPC-WEB" or "HTTP_PROXY" => GatewayProtocol.Http,
        "HTTPS" => GatewayProtocol.Https,
        "TLS" => GatewayProtocol.Tls,
        _ => GatewayProtocol.Tcp,
    };
}
