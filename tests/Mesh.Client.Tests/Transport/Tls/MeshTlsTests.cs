using System.Net;
using System.Net.Security;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Mesh.Protocol.Spiffe;
using Mesh.Testing;
using Mesh.Testing.Logging;
using Mesh.Testing.Spiffe;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Transport.Tls;

/// <summary>Mutual TLS between workloads, over real handshakes.</summary>
public sealed class MeshTlsTests : IDisposable
{
    private const string Reviews = "spiffe://cluster.local/ns/default/sa/reviews";
    private const string Ratings = "spiffe://cluster.local/ns/default/sa/ratings";

    private readonly SvidAuthority _authority = new();
    private readonly LogCollector _logs = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_BetweenWorkloads_ShowsTheIdentityAndAsksByIstiosName()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews));
        var identity = new FakeIdentity(_authority).Rotate();
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);

        Assert.Equal("HTTP/1.1", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));

        Assert.Equal("outbound_.9080_._.reviews", Assert.Single(peer.Handshakes));
        Assert.Equal(identity.Current!.Leaf.SerialNumber, Assert.Single(peer.Clients));
    }

    [Fact(Timeout = 20_000)]
    public async Task S20_EndpointWithTheIdentityOfAnotherService_IsSentNothing()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Ratings));
        using var mesh = Mesh(new FakeIdentity(_authority).Rotate()).Forward("reviews", Mutual(Reviews), peer.Port);
        _logs.Expect("PeerRefused");

        using var response = await mesh.GetAsync("http://reviews/secret");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "UF"), (response.StatusCode, response.Flags()));
        Assert.Equal(
            "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: "
            + $"TLS_error:|CERTIFICATE_VERIFY_FAILED:san_mismatch: verify SAN list: expected {Reviews}, the certificate is for {Ratings}:TLS_error_end",
            await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Empty(peer.Requests);
        Assert.Contains(_logs.Entries, entry => entry.EventName == "PeerRefused" && entry.Message.Contains("san_mismatch", StringComparison.Ordinal));
    }

    [Fact(Timeout = 20_000)]
    public async Task S21_EndpointOfAStranger_IsSentNothing()
    {
        // Somebody else's authority says that it is reviews: the bundle of the trust domain decides, not the name.
        using var stranger = new SvidAuthority("stranger");
        await using var peer = await MeshPeer.StartAsync(stranger.IssueContext(Reviews));
        using var mesh = Mesh(new FakeIdentity(_authority).Rotate()).Forward("reviews", Mutual(Reviews), peer.Port);
        _logs.Expect("PeerRefused");

        Assert.Contains(SvidReasons.Chain, await mesh.Invoker.GetTextAsync("http://reviews/secret", Cancellation), StringComparison.Ordinal);
        Assert.Empty(peer.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task S21_EndpointOfAFederatedTrustDomainThatClaimsOurs_IsSentNothing()
    {
        using var partner = new SvidAuthority("partner");
        await using var peer = await MeshPeer.StartAsync(partner.IssueContext(Reviews));
        var identity = new FakeIdentity(_authority).Rotate().Trust(TrustBundle.Parse("cluster.local", _authority.RootPem), TrustBundle.Parse("partner.example", partner.RootPem));
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);
        _logs.Expect("PeerRefused");

        Assert.Contains(SvidReasons.Chain, await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation), StringComparison.Ordinal);
        Assert.Empty(peer.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task F03_BeforeTheIdentityIsThere_WaitsForIt()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews));
        var identity = new FakeIdentity(_authority);
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);

        var waiting = mesh.GetAsync("http://reviews/");
        Assert.False(waiting.IsCompleted);
        identity.Rotate();

        using var response = await waiting;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task C03_WithoutAnIdentity_FailsAndNeverSpeaksPlaintext()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews));
        var identity = new FakeIdentity(_authority).Rotate(lifetime: TimeSpan.FromSeconds(-1));
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "UF"), (response.StatusCode, response.Flags()));
        Assert.Contains("the authority cannot be reached", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(peer.Handshakes);
    }

    [Fact(Timeout = 30_000)]
    public async Task C08_RotationOfTheLeaf_LeavesConnectionsOpenAndIsShownOnNewOnes()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews));
        var identity = new FakeIdentity(_authority).Rotate();
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);

        identity.Rotate();
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        Assert.Single(peer.Handshakes);

        using var another = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);
        await another.Invoker.GetTextAsync("http://reviews/", Cancellation);
        Assert.Equal(identity.Current!.Leaf.SerialNumber, peer.Clients.Last());
    }

    [Fact(Timeout = 30_000)]
    public async Task C08_ChangeOfTheRoot_RenewsConnectionsWithoutAFailedRequest()
    {
        using var next = new SvidAuthority("next root");
        var held = new TaskCompletionSource();
        await using var peer = await MeshPeer.StartAsync(
            _authority.IssueContext(Reviews), answer: context => context.Request.Path == "/held" ? held.Task : context.Response.WriteAsync("ok"));
        var both = TrustBundle.Parse("cluster.local", _authority.RootPem + "\n" + next.RootPem);
        var identity = new FakeIdentity(_authority).Trust(both).Rotate();
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);
        var underWay = mesh.GetAsync("http://reviews/held");
        await Eventually.ReachesAsync("the request is at the peer", () => !peer.Requests.IsEmpty, cancellationToken: Cancellation);

        // Reissue: this process, then the peer, get leaves of the new root.
        identity.Rotate(next);
        peer.Show(next.IssueContext(Reviews));
        await Eventually.ReachesAsync(
            "requests go over a connection with the new certificate",
            async () => await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation) == "ok" && peer.Clients.Contains(identity.Current!.Leaf.SerialNumber),
            cancellationToken: Cancellation);

        held.SetResult();
        using var response = await underWay;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task S15_RevocationOfThePeer_EndsConnectionsThatAreOpen()
    {
        var certificate = _authority.IssueContext(Reviews);
        await using var peer = await MeshPeer.StartAsync(certificate, answer: context => context.Request.Path == "/held" ? Task.Delay(Timeout.Infinite, context.RequestAborted) : context.Response.WriteAsync("ok"));
        var identity = new FakeIdentity(_authority).Rotate();
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        var held = mesh.GetAsync("http://reviews/held");
        _logs.Expect("PeerDistrusted");
        _logs.Expect("PeerRefused");

        identity.Trust(TrustBundle.Parse("cluster.local", _authority.RootPem, _authority.CreateRevocationList(certificate.TargetCertificate)));

        await Eventually.ReachesAsync(
            "new requests are refused",
            async () => (await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation)).Contains(SvidReasons.Revoked, StringComparison.Ordinal),
            cancellationToken: Cancellation);
        using var response = await held;
        Assert.Equal("UC", response.Flags());
    }

    [Fact(Timeout = 30_000)]
    public async Task S15_RevocationWhileAConnectionIsOpened_EndsIt()
    {
        var certificate = _authority.IssueContext(Reviews);
        await using var peer = await MeshPeer.StartAsync(certificate);
        var identity = new FakeIdentity(_authority).Rotate();
        using var mesh = Mesh(identity).Forward("reviews", Mutual(Reviews), peer.Port);
        _logs.Expect("PeerDistrusted");
        _logs.Expect("PeerRefused");
        var revoked = TrustBundle.Parse("cluster.local", _authority.RootPem, _authority.CreateRevocationList(certificate.TargetCertificate));
        peer.Greeted = () =>
        {
            peer.Greeted = null;
            identity.Trust(revoked);

            // The connections that are open are looked at by the pool: the handshake goes on behind that.
            using var looked = new ManualResetEventSlim();
            ThreadPool.QueueUserWorkItem(static looked => looked.Set(), looked, preferLocal: false);
            looked.Wait(Cancellation);
        };
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);

        await Eventually.ReachesAsync(
            "new requests are refused",
            async () => (await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation)).Contains(SvidReasons.Revoked, StringComparison.Ordinal),
            cancellationToken: Cancellation);
    }

    [Fact(Timeout = 30_000)]
    public async Task SendAsync_WhenThePeersCertificateEnds_IsOnANewConnectionBefore()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews, template => template.Lifetime = TimeSpan.FromSeconds(3)));
        using var mesh = Mesh(new FakeIdentity(_authority).Rotate()).Forward("reviews", Mutual(Reviews), peer.Port);
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        peer.Show(_authority.IssueContext(Reviews));

        await Eventually.ReachesAsync(
            "a second handshake",
            async () => await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation) == "HTTP/1.1" && peer.Handshakes.Count == 2,
            cancellationToken: Cancellation);
    }

    [Fact(Timeout = 30_000)]
    public async Task S14_ASecondHandshake_ShowsTheCertificateAgain()
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews));
        var policy = Mutual(Reviews) with { Connection = new ConnectionPolicy { MaxRequests = 1 } };
        using var mesh = Mesh(new FakeIdentity(_authority).Rotate()).Forward("reviews", policy, peer.Port);

        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);

        // A resumed session would have asked for none.
        Assert.Equal(2, peer.Clients.Count);
        Assert.DoesNotContain("", peer.Clients);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ToAServerThatKnowsTheMeshsProtocolAlone_OffersIt(bool offersIstio)
    {
        await using var peer = await MeshPeer.StartAsync(_authority.IssueContext(Reviews), [new SslApplicationProtocol(offersIstio ? "istio" : "other")]);
        using var mesh = Mesh(new FakeIdentity(_authority).Rotate()).Forward("reviews", Mutual(Reviews), peer.Port);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(offersIstio ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private OutboundHarness Mesh(FakeIdentity identity) => new(identity: identity, loggers: new LoggerFactory([_logs]));

    private static ClusterPolicy Mutual(params string[] accounts) => new()
    {
        Security = new TlsPolicy
        {
            Sni = "outbound_.9080_._.reviews",
            Identity = new TlsIdentity { Provider = new CertificateProviderReference("default", "default") },
            Trust = new TlsTrust { Provider = new CertificateProviderReference("default", "ROOTCA") },
            SubjectAltNames = [.. accounts.Select(account => new SubjectAltNameMatch(null, new StringMatch(StringMatchKind.Exact, account, IgnoreCase: false)))],
        },
    };
}
