namespace Mesh.Client;

/// <summary>
/// Who this process is in the mesh, and how it proves it (<c>Mesh:Identity</c>). The name itself is <c>spiffe://TRUSTDOMAIN/ns/NAMESPACE/sa/SERVICEACCOUNT</c>, of
/// <c>Mesh:TrustDomain</c>, <c>Mesh:Namespace</c> and <c>Mesh:ServiceAccount</c>. At most one source: a token for the control plane's authority, or files.
/// </summary>
/// <remarks>Without a source the process has no identity: its ports take plaintext, and it cannot call ports that demand mutual TLS.</remarks>
public sealed class MeshIdentityOptions
{
    /// <summary>The longest <see cref="Lifetime"/>: Istio's cap of its authority, 90 days.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(90);

    /// <summary>
    /// A token that proves the identity to the control plane's authority, as <c>meshctl token create</c> prints it: it also holds the pin of the control plane's root. Default: none.
    /// Used at enrolment and when no certificate is valid; renewals use the certificate. Needs an <c>https</c> address in <c>Mesh:ControlPlane</c>. A secret: give it by environment or a secret store.
    /// </summary>
    public string? Token { get; set; }

    /// <summary>A file that holds the token, such as a projected service account token of Kubernetes; read at every use, so that whoever renews it only replaces the file. Default: none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// A PEM file with the roots that the control plane's server certificate is of; read at every connection. Default: the mesh's roots once they are held, before that the pin of the token,
    /// and without one the roots of the operating system.
    /// </summary>
    public string? RootCertificates { get; set; }

    /// <summary>A PEM file with this process's certificate and its intermediates, which somebody else issues and renews: a replaced file is in use within a second. Default: none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The PEM file with the key of <see cref="CertificateFile"/>. Needed with it.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>
    /// The roots that peers are verified by, needed with <see cref="CertificateFile"/>: a PEM file for the own trust domain, or a SPIFFE trust bundle map in JSON (gRFC A87) for several.
    /// </summary>
    public string? BundleFile { get; set; }

    /// <summary>The lifetime asked of the authority, which may give less: 1 second to <see cref="MaxLifetime"/>. Default: 24 hours. A certificate is renewed at half of its life.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The kind of key that this process makes for each certificate; it never leaves the process. Default: <see cref="WorkloadKeyType.EcdsaP256"/>.</summary>
    public WorkloadKeyType KeyType { get; set; } = WorkloadKeyType.EcdsaP256;
}
