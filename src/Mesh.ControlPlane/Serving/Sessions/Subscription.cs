using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Google.Rpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>What one stream asked for of one type, what it was sent, and what it said to that.</summary>
internal sealed class Subscription(string typeUrl)
{
    /// <summary>Means "all that exist" (Envoy xDS protocol, "how the client specifies what resources to return").</summary>
    public const string WildcardName = "*";

    /// <summary>A client that acknowledges nothing makes us remember no more than this.</summary>
    private const int MaxOutstanding = 64;

    private readonly Queue<(string Nonce, string Version)> _outstanding = new();
    private bool _named;

    public string TypeUrl { get; } = typeUrl;

    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    public bool Wildcard { get; private set; }

    /// <summary>Names that the next response must speak of, changed or not.</summary>
    public HashSet<string> Demanded { get; } = new(StringComparer.Ordinal);

    /// <summary>What the client holds as far as we know, by name.</summary>
    public Dictionary<string, GeneratedResource> Sent { get; } = new(StringComparer.Ordinal);

    /// <summary>Names the client was told do not exist.</summary>
    public HashSet<string> KnownAbsent { get; } = new(StringComparer.Ordinal);

    /// <summary>Sent once, gone now, and not yet taken from the client: removals wait for all additions.</summary>
    public HashSet<string> Leaving { get; } = new(StringComparer.Ordinal);

    /// <summary>What the client brought along from an earlier stream, by name, until it is confirmed or replaced: guarded after a restart.</summary>
    public Dictionary<string, string> Brought { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it brought anything along: then it was in the mesh before this control plane was.</summary>
    public bool IsResumed { get; set; }

    /// <summary>The client waits for a response even if there is nothing to say.</summary>
    public bool Owed { get; set; }

    /// <summary>The state that <see cref="Sent"/> was last compared with.</summary>
    public MeshState? ComparedWith { get; set; }

    public string LastNonce { get; private set; } = "";

    public string LastVersion { get; private set; } = "";

    public string AcceptedVersion { get; private set; } = "";

    public Rejection? LastRejection { get; private set; }

    /// <summary>Whether there is nothing to say: the state was compared already, or nothing that was asked for can have changed since.</summary>
    public bool IsUpToDate(MeshState state)
    {
        if (Owed || Demanded.Count > 0 || ComparedWith is not { } compared)
        {
            return false;
        }

        if (!ReferenceEquals(compared, state))
        {
            if (Wildcard || compared.Version > state.Version || Brought.Count > 0 || !CanOnlyBeWhatItWas(compared, state))
            {
                return false;
            }

            ComparedWith = state;
        }

        return true;
    }

    /// <summary>Takes a name; true when it was not asked for before.</summary>
    public bool Add(string name)
    {
        _named = true;
        if (name != WildcardName)
        {
            return Names.Add(name);
        }

        var added = !Wildcard;
        Wildcard = true;
        return added;
    }

    /// <summary>Drops a name; true when it was asked for.</summary>
    public bool Remove(string name)
    {
        if (name != WildcardName)
        {
            KnownAbsent.Remove(name);
            Demanded.Remove(name);
            Brought.Remove(name);
            return Names.Remove(name);
        }

        var removed = Wildcard;
        Wildcard = false;
        return removed;
    }

    /// <summary>A client that has never named anything and names nothing wants all that exist: the wildcard from before <c>*</c>.</summary>
    public bool IsLegacyWildcard()
    {
        // Listeners and clusters only: a process that just registers sends endpoints without a name and wants none (Envoy xDS protocol, "wildcard").
        var all = !_named && (TypeUrl is XdsTypeUrl.Listener or XdsTypeUrl.Cluster);
        Wildcard |= all;
        return all;
    }

    /// <summary>Forgets what the client drops by itself when it stops asking, so that asking again sends it again.</summary>
    public void ForgetUnasked()
    {
        if (Wildcard)
        {
            return;
        }

        foreach (var name in Sent.Keys.Where(name => !Names.Contains(name)).ToArray())
        {
            Sent.Remove(name);
            Leaving.Remove(name);
        }
    }

    public void Responded(string nonce, string version)
    {
        LastNonce = nonce;
        LastVersion = version;
        _outstanding.Enqueue((nonce, version));
        if (_outstanding.Count > MaxOutstanding)
        {
            _outstanding.Dequeue();
        }
    }

    /// <summary>Takes the client's word on a response; responses are answered in their order, so an answer settles the earlier ones too.</summary>
    public RequestOutcome Settle(string nonce, Status? error)
    {
        if (!_outstanding.Any(response => response.Nonce == nonce))
        {
            return RequestOutcome.None;
        }

        (string Nonce, string Version) settled;
        do
        {
            settled = _outstanding.Dequeue();
        }
        while (settled.Nonce != nonce);

        if (error is null)
        {
            AcceptedVersion = settled.Version;
            return RequestOutcome.Acknowledged;
        }

        LastRejection = Rejection.From(settled.Nonce, settled.Version, error);
        return RequestOutcome.Rejected;
    }

    private bool CanOnlyBeWhatItWas(MeshState compared, MeshState state)
    {
        foreach (var name in Names)
        {
            if (state.Stamps.Of(state, TypeUrl, name) > compared.Version)
            {
                return false;
            }
        }

        return true;
    }
}
