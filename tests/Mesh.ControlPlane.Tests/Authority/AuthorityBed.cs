using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Storage;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>An authority and a token store over a state folder of their own, on a clock that stands still; both can be opened again.</summary>
internal sealed class AuthorityBed : IDisposable
{
    public const string TrustDomain = "cluster.local";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-authority-");
    private AuthoritySettings _settings;
    private StateFolder _state;

    public AuthorityBed(Func<AuthoritySettings, AuthoritySettings>? configure = null)
    {
        var settings = new AuthoritySettings { TrustDomain = TrustDomain };
        _settings = configure?.Invoke(settings) ?? settings;
        (_state, Authority, Tokens) = Open();
    }

    public Meter Meter { get; } = new("test");

    public FakeTimeProvider Time { get; } = new();

    public LogCollector Logs { get; } = new();

    public CertificateAuthority Authority { get; private set; }

    public TokenStore Tokens { get; private set; }

    public string Folder => Path.Combine(_folder.FullName, "state");

    public DateTimeOffset Now => Time.GetUtcNow();

    public static SpiffeId Id(string serviceAccount = "reviews", string @namespace = "default") => SpiffeId.Of(TrustDomain, @namespace, serviceAccount);

    /// <summary>A request as a client makes it.</summary>
    public static string Csr(Action<CertificateRequest>? change = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        change?.Invoke(request);
        return request.CreateSigningRequestPem();
    }

    public static X509Certificate2 Leaf(IssuedCertificate issued) => X509Certificate2.CreateFromPem(issued.Chain[0]);

    public IssuedCertificate Issue(string serviceAccount = "reviews", string workload = "", TimeSpan? lifetime = null, string? replaces = null) =>
        Authority.Issue(new IssueRequest(Id(serviceAccount), Csr(), "test") { Workload = workload, Lifetime = lifetime, Replaces = replaces });

    /// <summary>What a peer finds of a chain by the bundle of now, or another.</summary>
    public SvidVerdict Verify(IssuedCertificate issued, TrustBundles? bundles = null, SvidUsage usage = SvidUsage.Client) => SvidVerifier.Verify(
        Leaf(issued), [.. issued.Chain.Skip(1).Select(pem => X509Certificate2.CreateFromPem(pem))], bundles ?? Authority.Bundles, usage, Now);

    /// <summary>Ends the control plane and starts it again.</summary>
    public void Reopen(Func<AuthoritySettings, AuthoritySettings>? configure = null)
    {
        Close();
        _settings = configure?.Invoke(_settings) ?? _settings;
        (_state, Authority, Tokens) = Open();
    }

    /// <summary>Ends the control plane.</summary>
    public void Close()
    {
        Authority.Dispose();
        _state.Dispose();
    }

    public void Dispose()
    {
        Close();
        _folder.Delete(recursive: true);
        Logs.VerifyNoUnexpected();
    }

    private (StateFolder State, CertificateAuthority Authority, TokenStore Tokens) Open()
    {
        var state = StateFolder.Open(Folder);
        try
        {
            var authority = CertificateAuthority.Open(_settings, state, Time, Logs.CreateLogger<CertificateAuthority>());
            return (state, authority, new TokenStore(state, () => authority.Pins, Time, Logs.CreateLogger<TokenStore>()));
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }
}
