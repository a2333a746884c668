using System.Runtime.CompilerServices;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport.Tls;

/// <summary>Holds one TLS client a policy, so that the endpoints of a cluster read its files once; and what all of them share.</summary>
internal sealed class TlsClients(TlsSources sources, TimeSpan patience, TimeProvider time, ILogger<TlsClients> logger)
{
    private readonly ConditionalWeakTable<TlsPolicy, TlsClient> _clients = [];

    public TlsSources Sources => sources;

    /// <summary>Of this process in the mesh.</summary>
    public IWorkloadIdentity Identity => sources.Identity;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public TlsClient Get(TlsPolicy policy) => _clients.GetValue(policy, key => new TlsClient(key, this));

    /// <exception cref="CertificateUnavailableException">There is none now; the reason tells what to do.</exception>
    public WorkloadSvid RequireIdentity() => Identity.Current ?? throw NoIdentity();

    /// <summary>Waits until the control plane has answered for secrets, no longer than for its other answers.</summary>
    public Task WaitForSecretsAsync(string[] names, CancellationToken cancellationToken) => sources.Secrets.WaitAsync(names, patience, time, cancellationToken);

    /// <summary>Waits until the process has a certificate, no longer than for the control plane's other answers.</summary>
    /// <exception cref="CertificateUnavailableException">There is still none; the reason tells what to do.</exception>
    public async Task WaitForIdentityAsync(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Identity.Changed += Look;
        try
        {
            Look();
            await arrived.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw NoIdentity();
        }
        finally
        {
            Identity.Changed -= Look;
        }

        void Look()
        {
            if (Identity.Current is not null)
            {
                arrived.TrySetResult();
            }
        }
    }

    private CertificateUnavailableException NoIdentity() =>
        new($"this process has no certificate of the mesh, and the endpoint is called with mutual TLS only: {Identity.Problem ?? "none has been issued yet"}");
}
