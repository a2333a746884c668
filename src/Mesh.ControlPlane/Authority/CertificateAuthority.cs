using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Issuance;
using Mesh.ControlPlane.Authority.Revocation;
using Mesh.ControlPlane.Authority.Roots;
using Mesh.ControlPlane.Authority.Signing;
using Mesh.ControlPlane.Storage;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority;

/// <summary>The certificate authority of a trust domain: issues, revokes, changes its roots, and says whom to believe. Every member may be called from any thread.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>Tests rotate every two seconds; less is no use to anybody.</summary>
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    private readonly AuthoritySettings _settings;
    private readonly IStateStore _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RootRotation _rotation;
    private readonly FederatedBundles _federated;
    private readonly Denylist _denylist;
    private readonly Revocations _revocations;
    private readonly ServerCertificateSource _server;
    private readonly AuthorityUpkeep _upkeep;
    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile TrustBundles _bundles;
    private volatile string _revocationLists = "";
    private int _hasWarned;

    private CertificateAuthority(AuthoritySettings settings, IStateStore state, TimeProvider time, ILogger<CertificateAuthority> logger)
    {
        (_settings, _state, _time, _logger) = (settings, state, time, logger);
        _rotation = new RootRotation(settings, state, time, logger);
        _federated = new FederatedBundles(settings.FederatedBundles, logger);
        _denylist = new Denylist(state);
        _server = new ServerCertificateSource(settings, _rotation, time);
        Log = new IssuanceLog(state, settings, time);
        _revocations = new Revocations(_denylist, Log, settings, time);
        _bundles = BuildBundles();
        _upkeep = new AuthorityUpkeep(Renew, () => _rotation.Current, time, logger);
        state.Changed += OnStateChanged;
    }

    /// <summary>Raised after <see cref="Bundles"/> was replaced, be it a root or a revocation; handlers must return at once.</summary>
    public event Action? BundlesChanged;

    public string TrustDomain => _settings.TrustDomain;

    /// <summary>Whom to believe: our roots, the issuing one first, with what was revoked; and the federated trust domains.</summary>
    public TrustBundles Bundles => _bundles;

    /// <summary>The revocation lists of <see cref="Bundles"/> in PEM, for peers that read them so; empty while nothing is revoked.</summary>
    public string RevocationListsPem => _revocationLists;

    /// <summary>Of every root of the bundle, for new tokens.</summary>
    public ImmutableArray<string> Pins => [.. _rotation.Current.Roots.Select(root => TokenText.PinOf(root.Certificate))];

    /// <summary>The control plane's own certificate with its chain, for the next handshake.</summary>
    public SslStreamCertificateContext ServerCertificate => _server.Current;

    /// <summary>Who the control plane is.</summary>
    public SpiffeId ServerId => _server.Id;

    public IssuanceLog Log { get; }

    /// <summary>Opens what was stored, or makes a new authority.</summary>
    /// <exception cref="AuthorityException">It cannot issue.</exception>
    /// <exception cref="StateException">What was stored cannot be used.</exception>
    public static CertificateAuthority Open(AuthoritySettings settings, IStateStore state, TimeProvider time, ILogger<CertificateAuthority> logger) =>
        new(settings, state, time, logger);

    /// <summary>The authorities that issue or have issued: what verifies a leaf whose holder sent no chain.</summary>
    public X509Certificate2Collection Intermediates()
    {
        var hierarchy = _rotation.Current;
        return [.. hierarchy.Retired.Prepend(hierarchy.Current).SelectMany(issuer => issuer.Chain)];
    }

    /// <summary>Signs, records, and answers.</summary>
    /// <exception cref="SigningRequestException">The request is not one that would be signed.</exception>
    /// <exception cref="AuthorityException">The authority has expired.</exception>
    /// <exception cref="StateException">The certificate cannot be recorded, so it is not handed out.</exception>
    public IssuedCertificate Issue(IssueRequest request)
    {
        var key = SigningRequestReader.Read(request.SigningRequest);
        return Issue(request, key);
    }

    /// <summary>Signs for a key that was checked before.</summary>
    public IssuedCertificate Issue(IssueRequest request, PublicKey key)
    {
        WarnOfMemory();
        var issuer = _rotation.Current.Current;
        var now = _time.GetUtcNow();
        using var leaf = Sign(issuer, key, request.Id, now, LifetimeOf(request.Lifetime));
        var serial = leaf.SerialNumber;
        DateTimeOffset end = leaf.NotAfter;
        Log.Add(new IssuanceRecord(serial, request.Id.ToString(), request.Workload, issuer.Root.Name, issuer.Name, now, end.ToUniversalTime(), request.Caller, request.Replaces));
        AuthorityLog.Issued(_logger, serial, request.Id.ToString(), request.Workload, request.Caller, end);
        return new IssuedCertificate([Issuer.ToPem(leaf), .. issuer.ChainPem], serial, end);
    }

    /// <summary>Step 1 of a change of roots: a new root joins the bundle of every peer, and issues nothing yet.</summary>
    /// <param name="pluggedFolder">Istio's files of another authority; null makes a root of our own.</param>
    /// <exception cref="AuthorityException">Not now, or the files are not good.</exception>
    public RootStatus AddRoot(string? pluggedFolder = null)
    {
        var root = _rotation.Add(pluggedFolder);
        AuthorityLog.RootAdded(_logger, root.Name, TrustDomain, _rotation.Current.IssuingRoot.Name);
        RaiseBundles();
        return StatusOf(root);
    }

    /// <summary>Step 2: the added root issues, and being the first of the bundle makes every workload renew at once.</summary>
    /// <exception cref="AuthorityException">No root was added.</exception>
    public RootStatus Reissue()
    {
        var former = _rotation.Current.IssuingRoot.Name;
        var root = _rotation.Reissue();
        AuthorityLog.Reissued(_logger, root.Name, former);
        RaiseBundles();
        return StatusOf(root);
    }

    /// <summary>Step 3: the old root leaves the bundle, once nothing rests on it. Dropping a root that was added and never issued takes step 1 back.</summary>
    /// <param name="name">Null for the only one that does not issue.</param>
    /// <param name="force">Also when certificates rest on it; their holders are refused from then on.</param>
    /// <exception cref="RootInUseException">Certificates rest on it.</exception>
    /// <exception cref="AuthorityException">There is no such root to drop.</exception>
    public void DropRoot(string? name = null, bool force = false)
    {
        var root = _rotation.FindToDrop(name);
        var use = Log.UseOf(root.Name);
        if (use.Total > 0 && !force)
        {
            throw new RootInUseException(root.Name, use);
        }

        _rotation.Drop(root);
        if (use.Total > 0)
        {
            AuthorityLog.RootDroppedByForce(_logger, root.Name, use.Total, RootInUseException.Name(use.Identities));
        }
        else
        {
            AuthorityLog.RootDropped(_logger, root.Name);
        }

        RaiseBundles();
    }

    /// <summary>Takes one certificate back.</summary>
    /// <param name="serial">In hexadecimal.</param>
    /// <param name="reason">For people.</param>
    /// <exception cref="AuthorityException">It is no serial.</exception>
    public void Revoke(string serial, string reason)
    {
        var (known, record) = _revocations.Revoke(serial, reason);
        AuthorityLog.CertificateRevoked(_logger, known, record?.Identity ?? "unknown", reason);
        RaiseBundles();
    }

    /// <summary>Takes all certificates of an identity back, and gives it no more until it is reinstated.</summary>
    /// <returns>How many certificates there were.</returns>
    public int RevokeIdentity(SpiffeId id, string reason)
    {
        var identity = id.ToString();
        var count = _revocations.RevokeIdentity(identity, reason);
        AuthorityLog.IdentityRevoked(_logger, identity, count, reason);
        RaiseBundles();
        return count;
    }

    /// <summary>Lets an identity have certificates again; those that were revoked stay so.</summary>
    /// <returns>Whether it was revoked.</returns>
    public bool Reinstate(SpiffeId id)
    {
        if (!_denylist.Reinstate(id.ToString()))
        {
            return false;
        }

        AuthorityLog.IdentityReinstated(_logger, id.ToString());
        return true;
    }

    public bool IsRevoked(SpiffeId id) => _denylist.HasIdentity(id.ToString());

    public bool IsRevoked(X509Certificate2 certificate) => _denylist.HasSerial(certificate.SerialNumber);

    public AuthorityStatus Status()
    {
        var hierarchy = _rotation.Current;
        return new AuthorityStatus(
            TrustDomain,
            _state.IsDurable,
            [.. hierarchy.Roots.Select(StatusOf)],
            hierarchy.Current.Certificate.Subject,
            hierarchy.Current.Certificate.NotAfter.ToUniversalTime(),
            Log.Count,
            _denylist.Certificates,
            _denylist.Identities,
            [.. _federated.Current.Keys]);
    }

    public void Dispose()
    {
        _state.Changed -= OnStateChanged;
        _upkeep.Dispose();
    }

    /// <summary>Bounded by the settings; never longer than the issuer lives, which the signer sees to.</summary>
    private TimeSpan LifetimeOf(TimeSpan? asked)
    {
        var lifetime = asked is { } wish && wish > TimeSpan.Zero ? wish : _settings.DefaultLifetime;
        lifetime = lifetime < MinLifetime ? MinLifetime : lifetime;
        return lifetime < _settings.MaxLifetime ? lifetime : _settings.MaxLifetime;
    }

    private static X509Certificate2 Sign(Issuer issuer, PublicKey key, SpiffeId id, DateTimeOffset now, TimeSpan lifetime)
    {
        try
        {
            return issuer.Signer.Sign(key, id, now, lifetime);
        }
        catch (CryptographicException exception)
        {
            throw new AuthorityException(exception.Message, exception);
        }
    }

    private void WarnOfMemory()
    {
        if (!_state.IsDurable && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            AuthorityLog.KeysInMemory(_logger);
        }
    }

    /// <summary>What the clock asks for: a new intermediate, fewer revocations, other trust domains' files.</summary>
    private void Renew()
    {
        var changed = _rotation.RenewIssuer();
        changed |= _denylist.Purge(_time.GetUtcNow());
        changed |= _federated.Refresh();
        if (changed)
        {
            RaiseBundles();
        }
    }

    private RootStatus StatusOf(AuthorityRoot root)
    {
        var hierarchy = _rotation.Current;
        var use = Log.UseOf(root.Name);
        var state = root.Name == hierarchy.IssuingRoot.Name ? "issuing" : root.Name == hierarchy.PendingRoot?.Name ? "pending" : "former";
        return new RootStatus(root.Name, state, root.Certificate.Subject, TokenText.PinOf(root.Certificate), root.Certificate.NotAfter.ToUniversalTime(), use.Total, use.Identities);
    }

    private TrustBundles BuildBundles()
    {
        var hierarchy = _rotation.Current;
        var lists = _revocationLists = RevocationLists.Sign(hierarchy, _denylist.Certificates, _time.GetUtcNow());
        var own = new TrustBundle(TrustDomain, [.. hierarchy.Roots.Select(root => root.Certificate)], lists.Length == 0 ? [] : [.. RevocationList.ParseAll(lists)]);
        return new TrustBundles(TrustDomain, _federated.Current.Values.Where(bundle => bundle.TrustDomain != TrustDomain).Prepend(own));
    }

    private void OnStateChanged(string name)
    {
        var isChanged = name == HierarchyStore.DocumentName && _rotation.Reload();
        if (name == Denylist.DocumentName)
        {
            _revocations.Reload();
            isChanged = true;
        }

        if (isChanged)
        {
            RaiseBundles();
        }
    }

    private void RaiseBundles()
    {
        lock (_lock)
        {
            _bundles = BuildBundles();
        }

        BundlesChanged?.Invoke();
    }
}
