using System.Collections.Frozen;
using Mesh.Client.Identity;
using Mesh.Client.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>The certificates and roots that the control plane has sent as secrets, as they are at the moment of a handshake.</summary>
internal sealed class TlsSecrets
{
    // Replaced with every snapshot that has others, read by every handshake that needs one.
    private volatile FrozenDictionary<string, DeliveredSecret> _answered = FrozenDictionary<string, DeliveredSecret>.Empty;

    // What was replaced last: calls under way may follow a policy whose secret nothing asks for any more.
    private volatile FrozenDictionary<string, DeliveredSecret> _before = FrozenDictionary<string, DeliveredSecret>.Empty;

    private event Action? Changed;

    public void Publish(FrozenDictionary<string, DeliveredSecret> answered)
    {
        if (!ReferenceEquals(answered, _answered))
        {
            // In this order: who finds a name gone from the first finds it in the second.
            _before = _answered;
            _answered = answered;
            Changed?.Invoke();
        }
    }

    /// <summary>Null when there is none, or none yet.</summary>
    public TlsSecret? Find(string name) => Answer(name)?.Value;

    /// <exception cref="CertificateUnavailableException">There is none; the reason tells what to do.</exception>
    public TlsSecret Get(string name) => Find(name) ?? throw new CertificateUnavailableException(Answer(name) switch
    {
        null or { IsAwaited: true } => $"the control plane has not answered yet for the secret {name}",
        { Problem: { } problem } => $"the secret {name} cannot be used: {problem}",
        _ => $"the control plane has no secret {name} for this process: tls.credentialName is for gateways, and for workloads that a DestinationRule of their namespace names by workloadSelector; "
            + "the process needs an identity (Mesh:Identity), and its namespace a Secret of that name with cert, key and cacert or tls.crt, tls.key and ca.crt",
    });

    public bool IsAnswered(string name) => Answer(name) is { IsAwaited: false };

    /// <summary>Until all are answered for, or the time is over: then the handshake tells what is missing.</summary>
    public Task WaitAsync(string[] names, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken) => PatientWait.UntilAsync(
        look => Changed += look, look => Changed -= look, () => Array.TrueForAll(names, IsAnswered), patience, time, cancellationToken);

    private DeliveredSecret? Answer(string name) => _answered.GetValueOrDefault(name) ?? _before.GetValueOrDefault(name);
}
