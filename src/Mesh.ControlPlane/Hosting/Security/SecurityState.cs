using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Auditing;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.ControlPlane.Authority.Issuance;
using Mesh.ControlPlane.Keys;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Hosting.Security;

/// <summary>The parts of a control plane that say who is who: the certificate authority and the tokens, over one state folder.</summary>
internal sealed class SecurityState : IAsyncDisposable
{
    // This control plane's own; what several share is another's to close.
    private readonly IStateStore _own;
    private readonly KubernetesTokenReviewer? _reviewer;

    /// <summary>Opens the state folder, and makes what is not there yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="shared">Where several control planes keep one authority and its tokens; null keeps them in the state folder, with the audit log.</param>
    /// <param name="workloads">Who is connected.</param>
    /// <param name="meter">For what is measured.</param>
    /// <param name="loggers">For all parts.</param>
    /// <param name="time">For all parts.</param>
    /// <exception cref="IOException">The state folder or the authority cannot be used.</exception>
    public SecurityState(MeshControlPlaneOptions options, IStateStore? shared, WorkloadRegistry workloads, Meter meter, ILoggerFactory loggers, TimeProvider time)
    {
        _own = OpenState(options, loggers);
        var state = Shared = shared ?? _own;
        try
        {
            Authority = CertificateAuthority.Open(SettingsOf(options), state, time, loggers.CreateLogger<CertificateAuthority>());
            Tokens = new TokenStore(state, () => Authority.Pins, time, loggers.CreateLogger<TokenStore>());
            Audit = new AuditLog(_own, time, loggers.CreateLogger<AuditLog>());
            Local = new LocalAccess(_own, Tokens, time);
            KeyArchive = new KeyArchive(state, loggers.CreateLogger<KeyArchive>());
            _reviewer = options.Authority.KubernetesApiServer is { Length: > 0 }
                ? new KubernetesTokenReviewer(options.Authority, loggers.CreateLogger<KubernetesTokenReviewer>())
                : null;
            Callers = CallersOf(options, loggers, time);
            Certificates = new CertificateService(
                Authority,
                Callers,
                Tokens,
                new Impersonation(options.Authority.NodeAccounts, new RegistryNodeWorkloads(workloads), options.TrustDomain),
                new CallerRateLimit(options.Authority.Rate, options.Authority.Burst, time),
                new AuthorityMetrics(meter),
                loggers.CreateLogger<CertificateService>());
        }
        catch
        {
            Authority?.Dispose();
            _reviewer?.Dispose();
            _own.Dispose();
            throw;
        }
    }

    /// <summary>What this control plane must not forget, shared with no other.</summary>
    public IStateStore Own => _own;

    /// <summary>What all control planes of the mesh must not forget.</summary>
    public IStateStore Shared { get; }

    public CertificateAuthority Authority { get; }

    public TokenStore Tokens { get; }

    /// <summary>Who did what.</summary>
    public AuditLog Audit { get; }

    /// <summary>Finds out who calls, for certificates and for streams.</summary>
    public CallerAuthentication Callers { get; }

    /// <summary>To be mapped where callers can be authenticated: on the TLS port.</summary>
    public CertificateService Certificates { get; }

    /// <summary>For a program of its own: what the owner of the machine needs to use it.</summary>
    public LocalAccess Local { get; }

    /// <summary>What is known of token issuers over a restart.</summary>
    public KeyArchive KeyArchive { get; }

    /// <summary>Who holds a token of the API; null for one that is not good.</summary>
    public ApiCaller? VerifyApi(string text) => Tokens.VerifyApi(text) is { } token ? new ApiCaller(token.Name, token.Grants) : null;

    public async ValueTask DisposeAsync()
    {
        await Audit.DisposeAsync();
        Authority.Dispose();
        _reviewer?.Dispose();
        _own.Dispose();
    }

    private CallerAuthentication CallersOf(MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        ICallerAuthenticator[] ways = _reviewer is { } reviewer
            ? [new TokenAuthenticator(Tokens, Audit), new TokenReviewAuthenticator(reviewer, options.TrustDomain, time), new CertificateAuthenticator(time)]
            : [new TokenAuthenticator(Tokens, Audit), new CertificateAuthenticator(time)];
        return new CallerAuthentication(Authority, [.. ways], loggers.CreateLogger<CallerAuthentication>());
    }

    private static IStateStore OpenState(MeshControlPlaneOptions options, ILoggerFactory loggers)
    {
        try
        {
            return options.StateFolder is { Length: > 0 } folder ? StateFolder.Open(folder) : new MemoryState();
        }
        catch (StateException exception) when (options.IsStateFolderOptional)
        {
            AuthorityLog.DefaultStateUnused(loggers.CreateLogger<SecurityState>(), exception.Message);
            return new MemoryState();
        }
    }

    private static AuthoritySettings SettingsOf(MeshControlPlaneOptions options)
    {
        var authority = options.Authority;
        var settings = new AuthoritySettings
        {
            TrustDomain = options.TrustDomain,
            PluggedFolder = authority.Folder is { Length: > 0 } folder ? folder : null,
            KeyAlgorithm = authority.KeyAlgorithm,
            DefaultLifetime = authority.DefaultLifetime,
            MaxLifetime = authority.MaxLifetime,
            FederatedBundles = authority.FederatedTrustDomains.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        var address = IPAddress.Parse(options.Address);
        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            ? settings
            : settings with { ServerAddresses = settings.ServerAddresses.Add(address) };
    }
}
