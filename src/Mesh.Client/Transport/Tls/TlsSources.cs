using Mesh.Client.Identity;

namespace Mesh.Client.Transport.Tls;

/// <summary>Whatever a process can show, and believe others by.</summary>
/// <param name="Providers">Of the bootstrap.</param>
/// <param name="Secrets">Of the control plane.</param>
/// <param name="Identity">In the mesh.</param>
internal sealed record TlsSources(CertificateProviders Providers, TlsSecrets Secrets, IWorkloadIdentity Identity);
