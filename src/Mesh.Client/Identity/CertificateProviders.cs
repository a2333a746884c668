using System.Collections.Immutable;

namespace Mesh.Client.Identity;

/// <summary>The certificate providers of this process by the names under which TLS settings refer to them.</summary>
internal sealed class CertificateProviders
{
    // Replaced by whoever reads the bootstrap, read by every handshake.
    private volatile ImmutableDictionary<string, ICertificateProvider> _providers =
        ImmutableDictionary.Create<string, ICertificateProvider>(StringComparer.Ordinal);

    public void Replace(ImmutableDictionary<string, ICertificateProvider> providers) => _providers = providers;

    /// <exception cref="CertificateUnavailableException">Nobody provides certificates of that name.</exception>
    public ICertificateProvider Get(string instance) => _providers.GetValueOrDefault(instance)
        ?? throw new CertificateUnavailableException(
            $"nothing provides the certificates '{instance}': name a file_watcher of that name under certificate_providers in the xDS bootstrap");
}
