using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Which certificates a caller may present.</summary>
internal sealed record ClientTrust
{
    /// <summary>Whether a caller without a certificate is refused.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The roots; null when only <see cref="Hashes"/> or <see cref="KeyHashes"/> say who is let in.</summary>
    public CertificateSource? Roots { get; init; }

    /// <summary>Revocations in PEM; null for none.</summary>
    public CertificateSource? Revocations { get; init; }

    /// <summary>One of the certificate's names must match one of these; empty asks for nothing.</summary>
    public ImmutableArray<StringMatch> Names { get; init; } = [];

    /// <summary>SHA-256 of the certificate, in upper-case hexadecimal digits; empty asks for nothing.</summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>SHA-256 of the certificate's public key, in base64; empty asks for nothing.</summary>
    public ImmutableArray<string> KeyHashes { get; init; } = [];

    /// <summary>A certificate that cannot be verified is let in all the same.</summary>
    public bool AcceptsUntrusted { get; init; }
}
