using Mesh.Config.Istio.Security;

namespace Mesh.ControlPlane.Keys;

/// <summary>Where the keys of a token issuer are found.</summary>
/// <param name="Uri">Of the key set, or of the document that names it.</param>
/// <param name="IsDiscovery">Whether it is OpenID Connect's document about the issuer.</param>
internal readonly record struct KeyLocation(string Uri, bool IsDiscovery)
{
    private const string DiscoveryPath = "/.well-known/openid-configuration";

    /// <summary>A rule with neither keys nor their address has the issuer asked for it (Istio; OpenID Connect Discovery 4).</summary>
    public static KeyLocation Of(JWTRule rule) =>
        rule.JwksUri.Length > 0 ? new KeyLocation(rule.JwksUri, IsDiscovery: false) : new KeyLocation(rule.Issuer.TrimEnd('/') + DiscoveryPath, IsDiscovery: true);
}
