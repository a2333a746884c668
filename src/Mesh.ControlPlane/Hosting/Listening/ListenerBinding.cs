using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>What one server listens on.</summary>
/// <param name="Option">The setting that names the port.</param>
/// <param name="EndPoint">Port 0 takes any free port.</param>
/// <param name="Protocols">Without TLS there is no negotiation: HTTP/1.1 or HTTP/2, not both.</param>
/// <param name="Tls">Null for plaintext.</param>
internal sealed record ListenerBinding(string Option, IPEndPoint EndPoint, HttpProtocols Protocols, TlsHandshakeCallbackOptions? Tls = null);
