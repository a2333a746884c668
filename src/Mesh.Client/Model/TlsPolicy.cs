using System.Collections.Immutable;
using System.Security.Authentication;

namespace Mesh.Client.Model;

/// <summary>How TLS is spoken to the endpoints of a cluster: which certificate is shown, and which server is believed.</summary>
internal sealed record TlsPolicy
{
    /// <summary>The server name to ask for; null means the host of the request.</summary>
    public string? Sni { get; init; }

    /// <summary>The certificate of this side; null means none is shown.</summary>
    public TlsIdentity? Identity { get; init; }

    /// <summary>Whose certificates are believed; null means that the server is not verified at all.</summary>
    public TlsTrust? Trust { get; init; }

    /// <summary>The server's certificate carries at least one of them; empty means any name, unless <see cref="VerifyServerName"/>.</summary>
    public ImmutableArray<SubjectAltNameMatch> SubjectAltNames { get; init; } = [];

    /// <summary>The server's certificate is for the server name that was asked for.</summary>
    public bool VerifyServerName { get; init; }

    /// <summary>What is offered in ALPN; empty means what fits the request.</summary>
    public ImmutableArray<string> ApplicationProtocols { get; init; } = [];

    /// <summary>The versions of TLS that are offered.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Whether it is the mesh's own: both sides show the identities that the mesh has issued.</summary>
    public bool IsMesh =>
        Identity?.Provider is { Instance: CertificateProviderReference.OwnIdentity } && Trust?.Provider is { Instance: CertificateProviderReference.OwnIdentity };

    /// <summary>The secrets that hold the certificate of this side and the roots.</summary>
    public IEnumerable<string> SecretNames => (Identity?.Provider, Trust?.Provider) switch
    {
        ({ IsSecret: true } own, { IsSecret: true } roots) => [own.Instance, roots.Instance],
        ({ IsSecret: true } own, _) => [own.Instance],
        (_, { IsSecret: true } roots) => [roots.Instance],
        _ => [],
    };

    // Arrays compare by reference in a record, and connections outlive configurations that say the same.
    public bool Equals(TlsPolicy? other) =>
        other is not null
        && Sni == other.Sni
        && Identity == other.Identity
        && Trust == other.Trust
        && VerifyServerName == other.VerifyServerName
        && Versions == other.Versions
        && SubjectAltNames.SequenceEqual(other.SubjectAltNames)
        && ApplicationProtocols.SequenceEqual(other.ApplicationProtocols);

    public override int GetHashCode() => HashCode.Combine(Sni, Identity, Trust, VerifyServerName, SubjectAltNames.Length);
}
