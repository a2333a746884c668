using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Signing;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>Makes the authorities, and changes them one stored step after another: add a root, issue by it, drop the old.</summary>
internal sealed class RootRotation
{
    /// <summary>Handshakes carry one chain, but every peer holds all roots: more than these are a mistake.</summary>
    private const int MaxRoots = 4;

    private readonly AuthoritySettings _settings;
    private readonly HierarchyStore _store;
    private readonly IStateStore _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile Hierarchy _current;

    /// <exception cref="AuthorityException">The authorities cannot issue.</exception>
    /// <exception cref="StateException">What was stored cannot be used.</exception>
    public RootRotation(AuthoritySettings settings, IStateStore state, TimeProvider time, ILogger logger)
    {
        (_settings, _store, _state, _time, _logger) = (settings, new HierarchyStore(state, settings.TrustDomain), state, time, logger);

        // Of several control planes that start at once one begins, and the others take what it made.
        _current = state.Exclusively(() =>
        {
            var stored = _store.Load();
            return settings.PluggedFolder is { } folder ? Plug(PluggedAuthority.Read(folder, time.GetUtcNow()), stored) : stored ?? Begin();
        });
        RequireValid(state);
        RenewIssuer();
    }

    public Hierarchy Current => _current;

    /// <summary>Step 1: a root joins the bundle, and issues nothing yet.</summary>
    /// <param name="pluggedFolder">Istio's files of another authority; null makes a root of our own.</param>
    /// <exception cref="AuthorityException">Another root waits already, or the files are not good.</exception>
    public AuthorityRoot Add(string? pluggedFolder)
    {
        return Change(before =>
        {
            if (before.PendingRoot is { } pending)
            {
                throw new AuthorityException($"Root {pending.Name} was added before and does not issue yet: run 'reissue', or drop it.");
            }

            if (before.Roots.Length >= MaxRoots)
            {
                throw new AuthorityException($"The bundle has {before.Roots.Length} roots, and {MaxRoots} are the limit: drop those that issue no more.");
            }

            var now = AfterEvery(before);
            var plugged = pluggedFolder is null ? null : PluggedAuthority.Read(pluggedFolder, _time.GetUtcNow());
            if (plugged is not null && before.Roots.Any(root => IsSame(root.Certificate, plugged.Root)))
            {
                throw new AuthorityException($"{pluggedFolder}: the root '{plugged.Root.Subject}' is in the bundle already.");
            }

            var root = plugged is null ? CreateRoot(now) : new AuthorityRoot(NewName("root"), plugged.Root, null, now);
            var after = before with
            {
                Roots = before.Roots.Add(root),
                Prepared = plugged is null ? null : new Issuer(NewName("issuer"), root, plugged.Chain, plugged.Key),
            };
            return (after, root);
        });
    }

    /// <summary>Step 2: the added root becomes the first of the bundle, and an intermediate of it issues.</summary>
    /// <exception cref="AuthorityException">No root was added.</exception>
    public AuthorityRoot Reissue()
    {
        return Change(before =>
        {
            var root = before.PendingRoot ?? throw new AuthorityException("No root waits to issue: run 'add' first, and let every workload get the new bundle.");
            var issuer = before.Prepared ?? CreateIssuer(root);
            return (new Hierarchy([root, .. before.Roots.Remove(root)], issuer, before.Retired.Add(Retire(before.Current)), null), root);
        });
    }

    /// <summary>Step 3: a root leaves the bundle; who may do that has been decided.</summary>
    /// <exception cref="AuthorityException">There is no such root to drop.</exception>
    public void Drop(AuthorityRoot root)
    {
        Change(before =>
        {
            if (root.Name == before.IssuingRoot.Name || before.Roots.All(known => known.Name != root.Name))
            {
                throw new AuthorityException($"Root {root.Name} issues, or is gone already: it cannot be dropped.");
            }

            var after = before with
            {
                Roots = before.Roots.RemoveAll(known => known.Name == root.Name),
                Retired = before.Retired.RemoveAll(issuer => issuer.Root.Name == root.Name),
                Prepared = before.Prepared?.Root.Name == root.Name ? null : before.Prepared,
            };
            return (after, root);
        });
    }

    /// <summary>The root to drop: the one of that name, or the only one that does not issue.</summary>
    /// <exception cref="AuthorityException">There is none, or it is not clear which.</exception>
    public AuthorityRoot FindToDrop(string? name)
    {
        var hierarchy = _current;
        var candidates = hierarchy.Roots.Skip(1).Where(root => name is null || root.Name == name).ToArray();
        var known = string.Join(", ", hierarchy.Roots.Skip(1).Select(root => root.Name));
        return candidates switch
        {
            [var only] => only,
            [] when known.Length == 0 => throw new AuthorityException($"The bundle has only root {hierarchy.IssuingRoot.Name}, which issues: add another and reissue before it is dropped."),
            [] => throw new AuthorityException($"No root '{name}' can be dropped; those that can: {known}."),
            _ => throw new AuthorityException($"Several roots can be dropped; name one of: {known}."),
        };
    }

    /// <summary>Makes the successor of an intermediate at half of its life, and forgets those whose leaves have all expired.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool RenewIssuer()
    {
        var now = _time.GetUtcNow();
        if (_current is var known && known.Retired.All(issuer => issuer.KeptUntil > now) && (known.Current.RenewAt > now || known.IssuingRoot.Key is null))
        {
            return false;
        }

        return Change(before =>
        {
            var after = before with { Retired = before.Retired.RemoveAll(issuer => issuer.KeptUntil <= now) };
            if (before.Current.RenewAt <= now && before.IssuingRoot.Key is not null && CreateIssuer(before.IssuingRoot) is var next && next.Certificate.NotAfter > before.Current.Certificate.NotAfter)
            {
                after = after with { Current = next, Retired = after.Retired.Add(Retire(before.Current)) };
                AuthorityLog.IssuerRenewed(_logger, next.Name, before.Current.Name, next.Certificate.NotAfter.ToUniversalTime());
            }

            var isSame = after.Current == before.Current && after.Retired.Length == before.Retired.Length;
            return (isSame ? before : after, !isSame);
        });
    }

    /// <summary>Takes over what another control plane stored.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Reload()
    {
        lock (_lock)
        {
            var before = _current;
            _current = Newest();
            return !ReferenceEquals(_current, before);
        }
    }

    private static string NewName(string kind) => $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    private static bool IsSame(X509Certificate2 left, X509Certificate2 right) => left.RawDataMemory.Span.SequenceEqual(right.RawDataMemory.Span);

    private Hierarchy Begin()
    {
        var root = CreateRoot(_time.GetUtcNow());
        var hierarchy = new Hierarchy([root], CreateIssuer(root), [], null);
        _store.Save(hierarchy, null);
        AuthorityLog.Made(_logger, _settings.TrustDomain, root.Name, root.Certificate.NotAfter.ToUniversalTime());
        return hierarchy;
    }

    /// <summary>The folder says who issues; what was stored keeps its place behind.</summary>
    private Hierarchy Plug(PluggedAuthority plugged, Hierarchy? stored)
    {
        if (stored is not null && IsSame(stored.Current.Certificate, plugged.Chain[0]))
        {
            return stored;
        }

        var known = stored?.Roots.FirstOrDefault(root => IsSame(root.Certificate, plugged.Root));
        var root = known ?? new AuthorityRoot(NewName("root"), plugged.Root, null, stored is null ? _time.GetUtcNow() : AfterEvery(stored));
        var others = stored?.Roots.Where(other => other != root) ?? [];
        var further = plugged.OtherRoots
            .Where(other => stored?.Roots.Any(past => IsSame(past.Certificate, other)) != true)
            .Select(other => new AuthorityRoot(NewName("root"), other, null, root.AddedAt));
        var hierarchy = new Hierarchy(
            [root, .. others, .. further],
            new Issuer(NewName("issuer"), root, plugged.Chain, plugged.Key),
            stored is null ? [] : stored.Retired.Add(Retire(stored.Current)),
            null);
        if (stored is not null && known is null)
        {
            AuthorityLog.RootReplacedAtOnce(_logger, root.Name, stored.IssuingRoot.Name);
        }

        _store.Save(hierarchy, stored);
        return hierarchy;
    }

    private AuthorityRoot CreateRoot(DateTimeOffset addedAt)
    {
        var name = NewName("root");
        var key = SigningKey.Create(_settings.KeyAlgorithm);
        return new AuthorityRoot(name, CaCertificates.CreateRoot(key, _settings.TrustDomain, name, _time.GetUtcNow(), _settings.RootLifetime), key, addedAt);
    }

    private Issuer CreateIssuer(AuthorityRoot root)
    {
        if (root.Key is null)
        {
            throw new AuthorityException($"Root {root.Name} was plugged in without its key: plug in an intermediate of it (docs/authority.md).");
        }

        var name = NewName("issuer");
        var key = SigningKey.Create(_settings.KeyAlgorithm);
        var certificate = CaCertificates.CreateIntermediate(
            key, root.Certificate, root.Key, _settings.TrustDomain, name, _time.GetUtcNow(), _settings.IntermediateLifetime);
        return new Issuer(name, root, [certificate], key);
    }

    private Issuer Retire(Issuer issuer) => issuer.Retire(_time.GetUtcNow() + _settings.MaxLifetime);

    /// <summary>The order of joining must be told even where two roots join within one tick of the clock.</summary>
    private DateTimeOffset AfterEvery(Hierarchy hierarchy)
    {
        var last = hierarchy.Roots.Max(root => root.AddedAt);
        var now = _time.GetUtcNow();
        return now > last ? now : last + TimeSpan.FromTicks(1);
    }

    private void RequireValid(IStateStore state)
    {
        var now = _time.GetUtcNow();
        var root = _current.IssuingRoot.Certificate;
        if (root.NotAfter <= now)
        {
            throw new AuthorityException(
                $"Root {_current.IssuingRoot.Name} has expired at {root.NotAfter.ToUniversalTime():u}, and nothing that it vouches for is believed any more. Move {state.Locate(HierarchyStore.DocumentName)} away to start with a new root, and enrol every workload again (docs/authority.md).");
        }

        if (_current.Current.Certificate.NotAfter <= now && _current.IssuingRoot.Key is null)
        {
            throw new AuthorityException($"The plugged-in authority '{_current.Current.Certificate.Subject}' has expired at {_current.Current.Certificate.NotAfter.ToUniversalTime():u}: plug in a new one of the same root.");
        }
    }

    /// <summary>From what is stored now, which another control plane may have changed; what cannot be stored does not count.</summary>
    private T Change<T>(Func<Hierarchy, (Hierarchy After, T Result)> change)
    {
        lock (_lock)
        {
            var (hierarchy, result) = _state.Exclusively(() =>
            {
                var before = Newest();
                var (after, result) = change(before);
                if (!ReferenceEquals(after, before))
                {
                    _store.Save(after, before);
                }

                return (after, result);
            });
            _current = hierarchy;
            return result;
        }
    }

    private Hierarchy Newest() => _state.IsShared && _store.Load() is { } stored && !stored.IsSameAs(_current) ? stored : _current;
}
