namespace Mesh.Client.Xds;

/// <summary>A control plane that can be asked.</summary>
/// <param name="Address"><c>http://host:port</c> for plaintext, <c>https://host:port</c> for TLS.</param>
internal sealed record XdsServer(Uri Address)
{
    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);
}
