using System.Runtime.CompilerServices;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport.Tls;

/// <summary>Holds one TLS client a policy, so that the endpoints of a cluster read its files once; and what all of them share.</summary>
internal sealed class TlsClients
{
    private readonly ConditionalWeakTable<TlsPolicy, TlsClient> _clients = [];
    private readonly TimeSpan _patience;
    private readonly SharedPatience _patienceForIdentity;

    /// <param name="sources">Where certificates and roots come from.</param>
    /// <param name="patience">How long connections wait for what is still on its way.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Tells of peers that are refused.</param>
    public TlsClients(TlsSources sources, TimeSpan patience, TimeProvider time, ILogger<TlsClients> logger)
    {
        (Sources, _patience, Time, Logger) = (sources, patience, time, logger);
        _patienceForIdentity = new SharedPatience(patience, time);
        Identity.Changed += () =>
        {
            if (Identity.Current is not null)
            {
                _patienceForIdentity.Restore();
            }
        };
    }

    public TlsSources Sources { get; }

    /// <summary>Of this process in the mesh.</summary>
    public IWorkloadIdentity Identity => Sources.Identity;

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public TlsClient Get(TlsPolicy policy) => _clients.GetValue(policy, key => new TlsClient(key, this));

    /// <exception cref="CertificateUnavailableException">There is none now; the reason tells what to do.</exception>
    public WorkloadSvid RequireIdentity() => Identity.Current ?? throw NoIdentity();

    /// <summary>Waits until the control plane has answered for secrets, no longer than for its other answers.</summary>
    public Task WaitForSecretsAsync(string[] names, CancellationToken cancellationToken) => Sources.Secrets.WaitAsync(names, _patience, Time, cancellationToken);

    /// <summary>Waits until the process has a certificate, no longer than for the control plane's other answers; once that was in vain, nobody waits until there has been one again.</summary>
    /// <exception cref="CertificateUnavailableException">There is still none; the reason tells what to do.</exception>
    public async Task WaitForIdentityAsync(CancellationToken cancellationToken)
    {
        if (!await PatientWait.UntilAsync(
            look => Identity.Changed += look, look => Identity.Changed -= look, () => Identity.Current is not null, _patienceForIdentity.Left(), Time, cancellationToken).ConfigureAwait(false))
        {
            throw NoIdentity();
        }
    }

    private CertificateUnavailableException NoIdentity() =>
        new($"this process has no certificate of the mesh, and the endpoint is called with mutual TLS only: {Identity.Problem ?? "none has been issued yet"}");
}
