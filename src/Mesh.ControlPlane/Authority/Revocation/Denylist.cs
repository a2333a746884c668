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
        var stored = StateJson.Read<DenylistDocument>(state, DocumentName);
        _content = Content.Of(stored?.Certificates ?? [], stored?.Identities ?? []);
    }

    public ImmutableArray<RevokedCertificate> Certificates => _content.Certificates;

    public ImmutableArray<RevokedIdentity> Identities => _content.Identities;

    public bool HasSerial(string serial) => _content.Serials.Contains(serial);

    public bool HasIdentity(string identity) => _content.Names.Contains(identity);

    public void Add(IEnumerable<RevokedCertificate> certificates, RevokedIdentity? identity = null)
    {
        lock (_lock)
        {
            var content = _content;
            Save(Content.Of(
                [.. content.Certificates.UnionBy(certificates, certificate => certificate.Serial)],
                identity is null || content.Names.Contains(identity.Identity) ? content.Identities : content.Identities.Add(identity)));
        }
    }

    /// <returns>Whether it was on the list.</returns>
    public bool Reinstate(string identity)
    {
        lock (_lock)
        {
            var content = _content;
            if (!content.Names.Contains(identity))
            {
                return false;
            }

            Save(Content.Of(content.Certificates, content.Identities.RemoveAll(known => known.Identity == identity)));
            return true;
        }
    }

    /// <summary>Takes expired certificates off.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Purge(DateTimeOffset now)
    {
        lock (_lock)
        {
            var left = _content.Certificates.RemoveAll(certificate => certificate.NotAfter <= now);
            if (left.Length == _content.Certificates.Length)
            {
                return false;
            }

            Save(Content.Of(left, _content.Identities));
            return true;
        }
    }

    private void Save(Content content)
    {
        StateJson.Write(_state, DocumentName, new DenylistDocument(Version, content.Certificates, content.Identities));
        _content = content;
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
