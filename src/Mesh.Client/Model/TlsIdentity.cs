namespace Mesh.Client.Model;

/// <summary>Where the certificate of this side is: a provider of the process, or PEM of the configuration.</summary>
internal sealed record TlsIdentity
{
    /// <summary>An entry of the bootstrap's certificate_providers (gRFC A29); goes before the others.</summary>
    public CertificateProviderReference? Provider { get; init; }

    /// <summary>The certificate, and the intermediate ones after it.</summary>
    public PemSource? CertificateChain { get; init; }

    public PemSource? PrivateKey { get; init; }
}
