using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Signing;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>An intermediate that issues, or has issued, leaves.</summary>
internal sealed class Issuer
{
    /// <param name="name">In file names; never given twice.</param>
    /// <param name="root">What it ends in.</param>
    /// <param name="chain">Its own certificate first, then the authorities above it but the root.</param>
    /// <param name="key">Of the first of the chain.</param>
    public Issuer(string name, AuthorityRoot root, ImmutableArray<X509Certificate2> chain, SigningKey key)
    {
        (Name, Root, Chain, Key) = (name, root, chain, key);
        Signer = new SvidSigner(chain[0], key);

        // A plugged-in authority may be the root itself.
        ChainPem = [.. chain.Append(root.Certificate).Select(ToPem).Distinct()];
    }

    public string Name { get; }

    public AuthorityRoot Root { get; }

    public ImmutableArray<X509Certificate2> Chain { get; }

    public X509Certificate2 Certificate => Chain[0];

    public SigningKey Key { get; }

    public SvidSigner Signer { get; }

    /// <summary>What every answer ends with: the chain, and the root last.</summary>
    public ImmutableArray<string> ChainPem { get; }

    /// <summary>Until when its revocation list is needed; null while it issues.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>When a successor is made.</summary>
    public DateTimeOffset RenewAt => Certificate.NotBefore + ((Certificate.NotAfter - Certificate.NotBefore) / 2);

    /// <summary>The same, no longer issuing.</summary>
    public Issuer Retire(DateTimeOffset keptUntil) => new(Name, Root, Chain, Key) { KeptUntil = keptUntil };

    // Clients that only put the elements together get a file that OpenSSL reads (Istio does the same).
    public static string ToPem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";
}
