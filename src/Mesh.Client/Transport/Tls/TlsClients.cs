using System.Runtime.CompilerServices;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport.Tls;

/// <summary>Holds one TLS client a policy, so that the endpoints of a cluster read its files once.</summary>
internal sealed class TlsClients(CertificateProviders providers, TimeProvider time, ILogger<TlsClients> logger)
{
    private readonly ConditionalWeakTable<TlsPolicy, TlsClient> _clients = [];

    public TlsClient Get(TlsPolicy policy) => _clients.GetValue(policy, key => new TlsClient(key, providers, time, logger));
}
