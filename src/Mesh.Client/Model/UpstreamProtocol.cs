namespace Mesh.Client.Model;

/// <summary>Which version of HTTP the endpoints of a cluster are spoken to in.</summary>
internal enum UpstreamProtocol
{
    /// <summary>The version that the application's request asks for (Envoy's use_downstream_protocol_config, and gRPC's own rule).</summary>
    OfRequest,

    Http1,

    /// <summary>HTTP/2, without TLS by prior knowledge (RFC 9113 3.3).</summary>
    Http2,

    /// <summary>What the TLS handshake agrees on, HTTP/2 first (Envoy's auto_config).</summary>
    Negotiated,

    /// <summary>HTTP/2 while many calls are under way at an endpoint, HTTP/1.1 while there are few: between peers of the mesh, where nothing else is asked for.</summary>
    Adaptive,
}
