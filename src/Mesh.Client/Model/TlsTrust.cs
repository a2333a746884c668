namespace Mesh.Client.Model;

/// <summary>Whose certificates are believed: the operating system's roots unless a provider or roots are named.</summary>
internal sealed record TlsTrust
{
    /// <summary>An entry of the bootstrap's certificate_providers (gRFC A29); goes before the others.</summary>
    public CertificateProviderReference? Provider { get; init; }

    /// <summary>Root certificates.</summary>
    public PemSource? Roots { get; init; }

    /// <summary>Certificates that are not believed any more: lists of every authority in the chain.</summary>
    public PemSource? RevocationLists { get; init; }

    /// <summary>Only the server's own certificate is looked up in <see cref="RevocationLists"/>.</summary>
    public bool RevocationOfLeafOnly { get; init; }

    /// <summary>A certificate that is past its time, or not yet in it, is believed.</summary>
    public bool AllowExpired { get; init; }

    /// <summary>Intermediate certificates between the server's and the root; null means any number.</summary>
    public uint? MaxDepth { get; init; }
}
