using System.Collections.Frozen;
using Mesh.Client.Fallback.Declared;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Xds;

namespace Mesh.Client.Fallback;

/// <summary>Decides for every destination what its calls follow: the control plane's word, live, remembered or from disk; declared endpoints; DNS; or a clear failure.</summary>
internal sealed class DestinationLadder(FallbackSettings settings, DeclaredServices declared, IWorkloadIdentity identity)
{
    /// <summary>Authorities that are kept in mind while nothing is known of them.</summary>
    private const int MaxAsked = 10_000;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<Authority> _asked = [];
    private readonly Dictionary<Authority, (Destination? Known, Destination Made)> _made = [];
    private MeshSnapshot _told = MeshSnapshot.Empty;
    private long _generation;
    private bool _isServerGone;

    // Volatile: written under _lock.
    private volatile bool _isDirect;

    /// <summary>What is in force now, in order; handlers must be quick.</summary>
    public event Action<MeshSnapshot>? Changed;

    /// <summary>Whether the kill switch is on.</summary>
    public bool IsDirect => _isDirect;

    /// <summary>The control plane's word, or what is left of it.</summary>
    public void Take(MeshSnapshot told)
    {
        lock (_lock)
        {
            _told = told;
            _asked.RemoveWhere(told.Destinations.ContainsKey);
            Publish();
        }
    }

    /// <summary>How the client stands with its control plane.</summary>
    public void Take(XdsConnectionState state)
    {
        lock (_lock)
        {
            // While a server is tried for the first time nobody knows yet.
            var isGone = state.Status is XdsConnectionStatus.BackingOff || (_isServerGone && state.Status is not XdsConnectionStatus.Connected);
            if (isGone != _isServerGone)
            {
                _isServerGone = isGone;
                Publish();
            }
        }
    }

    public void Switch(bool isDirect)
    {
        lock (_lock)
        {
            if (_isDirect != isDirect)
            {
                _isDirect = isDirect;
                Publish();
            }
        }
    }

    /// <summary>The application's own configuration was read again.</summary>
    public void DeclarationsChanged()
    {
        lock (_lock)
        {
            _made.Clear();
            Publish();
        }
    }

    /// <summary>Somebody calls an authority that nothing is in force for.</summary>
    public void Ask(Authority authority)
    {
        lock (_lock)
        {
            if (_asked.Count < MaxAsked && !_told.Destinations.ContainsKey(authority) && _asked.Add(authority) && Substitute(authority, null) is not null)
            {
                Publish();
            }
        }
    }

    /// <summary>The last rung, for an authority of which nothing was said in time.</summary>
    public Destination Unanswered(Authority authority, string reason)
    {
        if (!settings.MayGoDirect)
        {
            return new Destination { Authority = authority, Status = DestinationStatus.Failed, Reason = $"{reason} (Mesh:Fallback:WhenNoConfiguration)" };
        }

        return new Destination { Authority = authority, Status = DestinationStatus.Unknown, Reason = reason, Source = DestinationSource.Direct, RefusesPlaintext = RefusesPlaintext };
    }

    private bool RefusesPlaintext => identity.IsConfigured && !settings.AllowsPlaintext;

    private void Publish()
    {
        var inForce = new Dictionary<Authority, Destination>(_told.Destinations.Count + _asked.Count);
        foreach (var (authority, known) in _told.Destinations)
        {
            inForce[authority] = Substitute(authority, known) ?? known;
        }

        foreach (var authority in _asked)
        {
            if (Substitute(authority, null) is { } made)
            {
                inForce[authority] = made;
            }
        }

        foreach (var authority in _made.Keys.Where(authority => !inForce.ContainsKey(authority)).ToArray())
        {
            _made.Remove(authority);
        }

        Changed?.Invoke(new MeshSnapshot(++_generation, inForce.ToFrozenDictionary()) { Gateway = _told.Gateway, Secrets = _told.Secrets });
    }

    /// <summary>What is followed instead of the control plane's word; null for nothing. The same for the same, so that connections stay.</summary>
    private Destination? Substitute(Authority authority, Destination? known)
    {
        if (!_isDirect && (known is not null || !_isServerGone))
        {
            _made.Remove(authority);
            return null;
        }

        if (_isDirect && TlsFloor.HoldsFor(known) && !settings.AllowsPlaintext)
        {
            return null;
        }

        if (_made.TryGetValue(authority, out var before) && ReferenceEquals(before.Known, known))
        {
            return before.Made;
        }

        if (Make(authority, known) is { } made)
        {
            _made[authority] = (known, made);
            return made;
        }

        return null;
    }

    private Destination? Make(Authority authority, Destination? known)
    {
        // Of what the mesh knows and speaks plaintext to, plaintext is no news.
        var mayBePlain = known is { Status: DestinationStatus.Routed } || !RefusesPlaintext;
        if (mayBePlain && declared.Find(authority.Host) is { IsEmpty: false } endpoints)
        {
            return DeclaredDestination.Of(authority, endpoints, _isDirect ? "the kill switch is on" : "no control plane answers, and nothing else is known of it");
        }

        return !_isDirect ? null : new Destination
        {
            Authority = authority,
            Status = DestinationStatus.Unknown,
            Source = DestinationSource.Direct,
            RefusesPlaintext = !mayBePlain,
            Reason = "the kill switch is on",
        };
    }
}
