using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Authority.Revocation;

/// <summary>What was revoked, until it would have expired anyway; readers never lock.</summary>
internal sealed class Denylist
{
    public const string DocumentName = "denylist.json";

    private const int Version = 1;

    private readonly IStateStore _state;
    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile Content _content;

    /// <exception cref="StateException">What was stored cannot be read.</exception>
    public Denylist(IStateStore state)
    {
        _state = state;
        _content = Load();
    }

    public ImmutableArray<RevokedCertificate> Certificates => _content.Certificates;

    public ImmutableArray<RevokedIdentity> Identities => _content.Identities;

    public bool HasSerial(string serial) => _content.Serials.Contains(serial);

    public bool HasIdentity(string identity) => _content.Names.Contains(identity);

    public void Add(IEnumerable<RevokedCertificate> certificates, RevokedIdentity? identity = null) => Update(content =>
    {
        ImmutableArray<RevokedCertificate> all = [.. content.Certificates.UnionBy(certificates, certificate => certificate.Serial)];
        var isKnown = identity is null || content.Names.Contains(identity.Identity);
        return isKnown && all.Length == content.Certificates.Length ? content : Content.Of(all, isKnown ? content.Identities : content.Identities.Add(identity!));
    });

    /// <returns>Whether it was on the list.</returns>
    public bool Reinstate(string identity) => Update(content =>
        content.Names.Contains(identity)
            ? Content.Of(content.Certificates, content.Identities.RemoveAll(known => known.Identity == identity))
            : content);

    /// <summary>Takes expired certificates off.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Purge(DateTimeOffset now) =>
        _content.Certificates.Any(certificate => certificate.NotAfter <= now)
        && Update(content => content.Certificates.RemoveAll(certificate => certificate.NotAfter <= now) is var left && left.Length < content.Certificates.Length
            ? Content.Of(left, content.Identities)
            : content);

    /// <summary>Takes over what another control plane wrote.</summary>
    /// <returns>The identities that it revoked.</returns>
    public ImmutableArray<RevokedIdentity> Reload()
    {
        lock (_lock)
        {
            var before = _content;
            _content = Load();
            return [.. _content.Identities.Where(identity => !before.Names.Contains(identity.Identity))];
        }
    }

    /// <summary>From what is stored now, which another control plane may have written.</summary>
    /// <returns>Whether anything changed.</returns>
    private bool Update(Func<Content, Content> change)
    {
        lock (_lock)
        {
            var isChanged = false;
            _content = _state.Exclusively(() =>
            {
                var current = _state.IsShared ? Load() : _content;
                var next = change(current);
                isChanged = !ReferenceEquals(next, current);
                if (isChanged)
                {
                    StateJson.Write(_state, DocumentName, new DenylistDocument(Version, next.Certificates, next.Identities));
                }

                return next;
            });
            return isChanged;
        }
    }

    private Content Load()
    {
        var stored = StateJson.Read<DenylistDocument>(_state, DocumentName);
        return Content.Of(stored?.Certificates ?? [], stored?.Identities ?? []);
    }

    private sealed record Content(
        ImmutableArray<RevokedCertificate> Certificates, ImmutableArray<RevokedIdentity> Identities, FrozenSet<string> Serials, FrozenSet<string> Names)
    {
        public static Content Of(ImmutableArray<RevokedCertificate> certificates, ImmutableArray<RevokedIdentity> identities) => new(
            certificates,
            identities,
            certificates.Select(certificate => certificate.Serial).ToFrozenSet(StringComparer.Ordinal),
            identities.Select(identity => identity.Identity).ToFrozenSet(StringComparer.Ordinal));
    }
}
