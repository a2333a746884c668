namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>Tells what is spoken on a port, by Istio's explicit protocol selection: <c>appProtocol</c> first, then the port name's prefix.</summary>
internal static class ProtocolSelection
{
    /// <param name="name">Port name, such as <c>http-api</c>.</param>
    /// <param name="appProtocol">The core Service's <c>appProtocol</c>; empty when there is none.</param>
    /// <param name="transport">The core Service's <c>protocol</c>: <c>TCP</c> (also when empty) or <c>UDP</c>.</param>
    public static ServiceProtocol OfPort(string name, string appProtocol, string transport)
    {
        if (transport.Equals("UDP", StringComparison.OrdinalIgnoreCase))
        {
            return ServiceProtocol.Udp;
        }

        return appProtocol.Length > 0 && Parse(appProtocol) is var byField and not ServiceProtocol.Unspecified ? byField : OfName(name);
    }

    /// <summary>The protocol that a name or a ServiceEntry's <c>protocol</c> states.</summary>
    public static ServiceProtocol Parse(string protocol) => protocol.ToLowerInvariant() switch
    {
        "http" or "http_proxy" or "kubernetes.io/ws" or "grpc-web" => ServiceProtocol.Http,
        "http2" or "kubernetes.io/h2c" => ServiceProtocol.Http2,
        "grpc" => ServiceProtocol.Grpc,
        "https" or "kubernetes.io/wss" => ServiceProtocol.Https,
        "tls" => ServiceProtocol.Tls,
        "tcp" or "mongo" or "mysql" or "redis" => ServiceProtocol.Tcp,
        "udp" => ServiceProtocol.Udp,
        _ => ServiceProtocol.Unspecified,
    };

    public static bool IsHttp(this ServiceProtocol protocol) =>
        protocol is ServiceProtocol.Http or ServiceProtocol.Http2 or ServiceProtocol.Grpc;

    /// <summary>TLS from the first byte on, which the mesh passes through.</summary>
    public static bool IsTls(this ServiceProtocol protocol) => protocol is ServiceProtocol.Https or ServiceProtocol.Tls;

    /// <summary>Said to be something other than HTTP: connections are routed, not requests.</summary>
    public static bool IsOpaque(this ServiceProtocol protocol) => protocol is ServiceProtocol.Tcp || protocol.IsTls();

    /// <summary>HTTP, or a port that says nothing, which Istio takes for either.</summary>
    public static bool MayBeHttp(this ServiceProtocol protocol) => protocol == ServiceProtocol.Unspecified || protocol.IsHttp();

    private static ServiceProtocol OfName(string name)
    {
        // grpc-web is the one protocol whose own name holds the separator.
        if (name.StartsWith("grpc-web", StringComparison.OrdinalIgnoreCase))
        {
            return ServiceProtocol.Http;
        }

        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return Parse(dash < 0 ? name : name[..dash]);
    }
}
