using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>TLS that ends at this process for callers outside the mesh.</summary>
internal sealed record ServerTls
{
    /// <summary>At least one; of several the one whose key the caller can use is presented.</summary>
    public required ImmutableArray<CertificateSource> Certificates { get; init; }

    /// <summary>Who may be at the other end; null when callers are not asked for a certificate.</summary>
    public ClientTrust? Clients { get; init; }

    /// <summary>The lowest and the highest version as minor numbers: 2 for TLS 1.2.</summary>
    public int MinVersion { get; init; } = 2;

    public int MaxVersion { get; init; } = 3;

    /// <summary>OpenSSL's names; empty for the system's own choice.</summary>
    public ImmutableArray<string> CipherSuites { get; init; } = [];

    /// <summary>Protocols offered by ALPN, the preferred first.</summary>
    public ImmutableArray<string> ApplicationProtocols { get; init; } = [];
}
