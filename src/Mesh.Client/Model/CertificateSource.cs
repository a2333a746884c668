namespace Mesh.Client.Model;

/// <summary>Where a certificate with its key, or a set of roots, comes from: exactly one is set.</summary>
internal sealed record CertificateSource
{
    /// <summary>The workload identity of this process (Istio's <c>ISTIO_MUTUAL</c>).</summary>
    public bool IsOwnIdentity { get; init; }

    /// <summary>A secret over SDS.</summary>
    public string? SecretName { get; init; }

    /// <summary>A PEM file: the certificate chain, or the roots.</summary>
    public string? File { get; init; }

    /// <summary>The PEM file of the key to <see cref="File"/>; null for roots.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PEM text itself.</summary>
    public string? Text { get; init; }

    /// <summary>PEM text of the key to <see cref="Text"/>.</summary>
    public string? KeyText { get; init; }
}
