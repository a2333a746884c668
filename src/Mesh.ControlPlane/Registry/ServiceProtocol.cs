namespace Mesh.ControlPlane.Registry;

/// <summary>The application protocol of a port, from its name, <c>appProtocol</c> or <c>protocol</c> (Istio's protocol selection).</summary>
internal enum ServiceProtocol
{
    Unspecified,
    Http,
    Http2,
    Grpc,
    Https,
    Tls,
    Tcp,
    Udp,
}
