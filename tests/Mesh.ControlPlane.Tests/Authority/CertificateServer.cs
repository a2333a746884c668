using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Access;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.ControlPlane.Authority.Issuance;
using Mesh.ControlPlane.Tests.Auditing;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Istio.Auth;
using Mesh.Protocol.Spiffe;
using Mesh.Protocol.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>The certificate service on real Kestrel; whom the TLS port would have recognised, a test says.</summary>
internal sealed class CertificateServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private CertificateServer(WebApplication app)
    {
        _app = app;
        _channel = new GrpcChannel(new Uri(app.Urls.First()));
    }

    /// <summary>Whose client certificate the connection shows.</summary>
    public X509Certificate2? Certificate { get; set; }

    public static async Task<CertificateServer> StartAsync(
        AuthorityBed bed, ITokenReviewer? reviewer = null, IEnumerable<string>? nodeAccounts = null, INodeWorkloads? workloads = null, double rate = 1000, int burst = 1000)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(bed.Logs.AsProvider()).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        CertificateServer? server = null;
        app.Use((context, next) =>
        {
            if (server!.Certificate is { } certificate && SpiffeId.TryParse(SubjectAltNames.Read(certificate)[0].Value, out var id, out _))
            {
                context.Features.Set(new StreamPeer(id, certificate, []));
            }

            return next(context);
        });
        ICallerAuthenticator[] ways = reviewer is null
            ? [new TokenAuthenticator(bed.Tokens, new AuditSink()), new CertificateAuthenticator(bed.Time)]
            : [new TokenAuthenticator(bed.Tokens, new AuditSink()), new TokenReviewAuthenticator(reviewer, AuthorityBed.TrustDomain, bed.Time), new CertificateAuthenticator(bed.Time)];
        new CertificateService(
            bed.Authority,
            new CallerAuthentication(bed.Authority, [.. ways], bed.Logs.CreateLogger<CallerAuthentication>()),
            bed.Tokens,
            new Impersonation(nodeAccounts ?? [], workloads ?? new NoWorkloads(), AuthorityBed.TrustDomain),
            new CallerRateLimit(rate, burst, bed.Time),
            new AuthorityMetrics(bed.Meter),
            bed.Logs.CreateLogger<CertificateService>()).Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server = new CertificateServer(app);
    }

    public Task<IstioCertificateResponse> AskAsync(string? token, string? csr = null, long validity = 0, string? workload = null, string? impersonate = null)
    {
        var request = new IstioCertificateRequest { Csr = csr ?? AuthorityBed.Csr(), ValidityDuration = validity, Metadata = new Struct() };
        if (workload is not null)
        {
            request.Metadata.Fields["WorkloadName"] = Value.ForString(workload);
        }

        if (impersonate is not null)
        {
            request.Metadata.Fields["ImpersonatedIdentity"] = Value.ForString(impersonate);
        }

        var options = new GrpcCallOptions { Headers = token is null ? [] : [new("authorization", $"Bearer {token}")], Timeout = TimeSpan.FromSeconds(30) };
        return _channel.UnaryAsync(CertificateMethods.CreateCertificate, request, options, TestContext.Current.CancellationToken);
    }

    /// <summary>The refusal of a call that must not succeed.</summary>
    public Task<GrpcException> RefusedAsync(string? token, string? csr = null, string? impersonate = null) =>
        Assert.ThrowsAsync<GrpcException>(() => AskAsync(token, csr, impersonate: impersonate));

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class NoWorkloads : INodeWorkloads
    {
        public bool RunsOn(string node, SpiffeId id) => false;
    }
}
