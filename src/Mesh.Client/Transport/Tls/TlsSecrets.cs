using System.Collections.Frozen;
using Mesh.Client.Identity;
using Mesh.Client.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>The certificates and roots that the control plane has sent as secrets, as they are at the moment of a handshake.</summary>
internal sealed class TlsSecrets
{
    // Replaced with every snapshot that has others, read by every handshake that needs one.
    private volatile FrozenDictionary<string, DeliveredSecret> _answered = FrozenDictionary<string, DeliveredSecret>.Empty;

    private event Action? Changed;

    public void Publish(FrozenDictionary<string, DeliveredSecret> answered)
    {
        if (!ReferenceEquals(answered, _answered))
        {
            _answered = answered;
            Changed?.Invoke();
        }
    }

    /// <summary>Null when there is none, or none yet.</summary>
    public TlsSecret? Find(string name) => _answered.GetValueOrDefault(name)?.Value;

    /// <exception cref="CertificateUnavailableException">There is none; the reason tells what to do.</exception>
    public TlsSecret Get(string name) => Find(name) ?? throw new CertificateUnavailableException(_answered.GetValueOrDefault(name) switch
    {
        null => $"the control plane has not answered yet for the secret {name}",
        { Problem: { } problem } => $"the secret {name} cannot be used: {problem}",
        _ => $"the control plane has no secret {name} for this process: tls.credentialName is for gateways, and for workloads that a DestinationRule of their namespace names by workloadSelector; "
            + "the process needs an identity (Mesh:Identity), and its namespace a Secret of that name with cert, key and cacert or tls.crt, tls.key and ca.crt",
    });

    public bool IsAnswered(string name) => _answered.ContainsKey(name);

    /// <summary>Until all are answered for, or the time is over.</summary>
    public async Task WaitAsync(string[] names, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Changed += Look;
        try
        {
            Look();
            await answered.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The handshake tells what is missing.
        }
        finally
        {
            Changed -= Look;
        }

        void Look()
        {
            if (Array.TrueForAll(names, IsAnswered))
            {
                answered.TrySetResult();
            }
        }
    }
}
