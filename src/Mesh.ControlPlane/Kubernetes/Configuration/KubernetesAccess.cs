using System.Security.Cryptography.X509Certificates;

namespace Mesh.ControlPlane.Kubernetes.Configuration;

/// <summary>Everything that a connection to an API server needs, from a kubeconfig or of a pod.</summary>
internal sealed record KubernetesAccess(Uri Server)
{
    /// <summary>Roots of the server's certificate in PEM; null for those of the machine.</summary>
    public string? Roots { get; init; }

    /// <summary>Asked of the server's certificate instead of the host; null for the host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether any certificate will do.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Null for a direct connection.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>With its key; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    public string? Token { get; init; }

    /// <summary>Read anew before it is a minute old, as Kubernetes renews it; wins over <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>User and password; null for none.</summary>
    public (string User, string Password)? Basic { get; init; }

    /// <summary>The program that makes credentials; null for none.</summary>
    public CredentialPlugin? Plugin { get; init; }

    /// <summary>Where the account stands; empty when nothing says it.</summary>
    public string Namespace { get; init; } = "";
}
