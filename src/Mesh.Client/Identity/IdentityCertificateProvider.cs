using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity;

/// <summary>The identity of this process under istiod's names of certificate providers, <c>default</c> and <c>ROOTCA</c>.</summary>
internal sealed class IdentityCertificateProvider(IWorkloadIdentity identity) : ICertificateProvider
{
    public SslStreamCertificateContext GetIdentity(string certificate) =>
        identity.Current?.Context ?? throw new CertificateUnavailableException(identity.Problem ?? "this process has no certificate");

    /// <summary>Of the own trust domain alone: roots of several must never be mixed.</summary>
    public X509Certificate2Collection GetRoots(string certificate) => identity.Bundles.Own is { } bundle
        ? [.. bundle.Roots]
        : throw new CertificateUnavailableException(identity.Problem ?? "this process knows no roots of its mesh");
}
