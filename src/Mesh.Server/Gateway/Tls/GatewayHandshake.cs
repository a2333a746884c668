using System.Security.Cryptography.X509Certificates;

namespace Mesh.Server.Gateway.Tls;

/// <summary>One handshake at the gateway: what the caller has shown, and why it was refused.</summary>
internal sealed class GatewayHandshake
{
    /// <summary>Verified; null when there was none.</summary>
    public X509Certificate2? Certificate { get; set; }

    public string? Refusal { get; set; }

    public bool IsComplete { get; set; }
}
