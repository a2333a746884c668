using Mesh.Client.Identity.Servers;

namespace Mesh.Client.Xds;

/// <summary>A control plane that can be asked.</summary>
/// <param name="Address"><c>http://host:port</c> for plaintext, <c>https://host:port</c> for TLS.</param>
internal sealed record XdsServer(Uri Address)
{
    /// <summary>What a gRPC bootstrap says of TLS to this server; null for the identity that this process has in the mesh.</summary>
    public ServerFiles? Files { get; init; }

    /// <summary>What a gRPC bootstrap says of its behaviour.</summary>
    public XdsServerFeatures Features { get; init; } = XdsServerFeatures.None;

    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);
}
