using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Protocol.Tests.Spiffe;

/// <summary>The common TLS settings in real handshakes.</summary>
public sealed class SvidHandshakeTests : IDisposable
{
    private const string Client = "spiffe://cluster.local/ns/default/sa/productpage";
    private const string Server = "spiffe://cluster.local/ns/default/sa/reviews";

    private readonly SvidAuthority _root = new();
    private readonly SvidAuthority _authority;
    private readonly TrustBundles _bundles;

    public SvidHandshakeTests()
    {
        _authority = _root.CreateIntermediate();
        _bundles = new TrustBundles("cluster.local", [new TrustBundle("cluster.local", [_root.Certificate], [])]);
    }

    [Fact]
    public async Task Handshake_BothOfTheMesh_TellsEachWhoTheOtherIs()
    {
        var result = await HandshakeAsync(_authority.IssueContext(Client));

        Assert.Null(result.ClientError);
        Assert.Null(result.ServerError);
        Assert.Equal(Client, result.SeenByServer?.Id?.ToString());
        Assert.Equal(Server, result.SeenByClient?.Id?.ToString());
    }

    [Fact]
    public async Task Handshake_WithoutClientCertificate_IsRefused()
    {
        var result = await HandshakeAsync(null);

        Assert.Equal(SvidReasons.Missing, result.SeenByServer?.Reason);
        Assert.NotNull(result.ServerError);
    }

    [Fact]
    public async Task S13_StolenLeafWithoutItsKey_FailsTheHandshake()
    {
        // Every TLS stack at hand refuses to show a leaf with another's key. So the thief shows his own, and swaps it on the wire, where TLS 1.2 lets him.
        const string Thief = "spiffe://cluster.local/ns/default/sa/productpagx";
        using var stolen = _authority.Issue(Client);
        var own = _authority.Issue(Thief);
        while (own.RawData.Length != stolen.RawData.Length)
        {
            own = _authority.Issue(Thief);
        }

        var result = await HandshakeAsync(
            SslStreamCertificateContext.Create(own, _authority.Intermediates, offline: true),
            options => options.EnabledSslProtocols = SslProtocols.Tls12,
            transport => new SubstitutingStream(transport, own.RawData, stolen.RawData));

        Assert.True(result.Transport is SubstitutingStream { HasSubstituted: true });
        Assert.IsType<AuthenticationException>(result.ServerError);
        Assert.False(result.WasServed);
    }

    [Fact]
    public void S13_LeafWithAnotherKey_CannotEvenBePutTogether()
    {
        using var stolen = _authority.Issue(Client);
        using var certificate = X509CertificateLoader.LoadCertificate(stolen.RawData);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.ThrowsAny<ArgumentException>(() => certificate.CopyWithPrivateKey(key));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable SYSLIB0039, CA5397 // Old versions, to see that they are refused.
    [InlineData(SslProtocols.Tls11, false)]
    [InlineData(SslProtocols.Tls, false)]
#pragma warning restore SYSLIB0039, CA5397
    public async Task S16_VersionOfTheClient_OnlyTls12AndNewerAreTaken(SslProtocols version, bool taken)
    {
        var result = await HandshakeAsync(_authority.IssueContext(Client), change: options => options.EnabledSslProtocols = version);

        Assert.Equal(taken, result.WasServed);
        Assert.Equal(taken, result.ServerError is null);
    }

    [Fact]
    public void S16_Options_ForbidOldVersionsRenegotiationResumptionAndNoEncryption()
    {
        var own = _authority.IssueContext(Server);
        var server = SvidTls.CreateServerOptions(own, static (_, _) => true);
        var client = SvidTls.CreateClientOptions(own, "reviews", static (_, _) => true);

        Assert.Equal((SslProtocols.Tls12 | SslProtocols.Tls13, EncryptionPolicy.RequireEncryption), (server.EnabledSslProtocols, server.EncryptionPolicy));
        Assert.Equal((SslProtocols.Tls12 | SslProtocols.Tls13, EncryptionPolicy.RequireEncryption), (client.EnabledSslProtocols, client.EncryptionPolicy));
        Assert.Equal((false, false, true), (server.AllowRenegotiation, server.AllowTlsResume, server.ClientCertificateRequired));
        Assert.Equal((false, false), (client.AllowRenegotiation, client.AllowTlsResume));
        Assert.True(server.CertificateChainPolicy!.DisableCertificateDownloads && client.CertificateChainPolicy!.DisableCertificateDownloads);
        Assert.Equal(X509RevocationMode.NoCheck, server.CertificateChainPolicy.RevocationMode);
    }

    [Fact]
    public async Task S17_AddressesInAnAttackersCertificate_AreNeverAsked()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}/";
        using var stranger = new SvidAuthority("stranger");
        var hidden = stranger.CreateIntermediate("not sent along");
        using var leaf = hidden.Issue(Client, template =>
        {
            template.MoreExtensions.Add(new X509AuthorityInformationAccessExtension([address + "ocsp"], [address + "issuer.cer"]));
            template.MoreExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([address + "list.crl"]));
        });

        var result = await HandshakeAsync(SslStreamCertificateContext.Create(leaf, [], offline: true));

        Assert.Equal(SvidReasons.Chain, result.SeenByServer?.Reason);
        Assert.False(trap.Pending());

        // One that is in the path of a good certificate is not asked either.
        using var good = _authority.Issue(Client, template => template.MoreExtensions.Add(new X509AuthorityInformationAccessExtension([address + "ocsp"], [address + "issuer.cer"])));
        Assert.True((await HandshakeAsync(SslStreamCertificateContext.Create(good, [], offline: true))).SeenByServer is { IsAccepted: false });
        Assert.False(trap.Pending());
    }

    public void Dispose()
    {
        _authority.Dispose();
        _root.Dispose();
    }

    private async Task<HandshakeResult> HandshakeAsync(
        SslStreamCertificateContext? client, Action<SslClientAuthenticationOptions>? change = null, Func<Stream, Stream>? wrap = null)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint, timeout.Token);
        using var far = await listener.AcceptTcpClientAsync(timeout.Token);

        SvidVerdict? seenByServer = null, seenByClient = null;
        var now = TimeProvider.System.GetUtcNow();
        var serverOptions = SvidTls.CreateServerOptions(_authority.IssueContext(Server), (leaf, presented) =>
            (seenByServer = SvidVerifier.Verify(leaf, presented, _bundles, SvidUsage.Client, now)).IsAccepted);
        var clientOptions = SvidTls.CreateClientOptions(client, "reviews", (leaf, presented) =>
            (seenByClient = SvidVerifier.Verify(leaf, presented, _bundles, SvidUsage.Server, now)).IsAccepted);
        change?.Invoke(clientOptions);

        var transport = wrap?.Invoke(near.GetStream()) ?? near.GetStream();
        var served = ServeAsync(far, serverOptions, timeout.Token);
        var (clientError, wasServed) = await CallAsync(transport, clientOptions, timeout.Token);
        return new HandshakeResult(seenByServer, seenByClient, await served, clientError, wasServed, transport);
    }

    /// <summary>With TLS 1.3 the client is done before the server has looked at its certificate; only a byte of the server tells.</summary>
    private static async Task<Exception?> ServeAsync(TcpClient connection, SslServerAuthenticationOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new SslStream(connection.GetStream());
            await stream.AuthenticateAsServerAsync(options, cancellationToken);
            await stream.WriteAsync(new byte[1], cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            connection.Close();
            return exception;
        }
    }

    private static async Task<(Exception? Error, bool WasServed)> CallAsync(Stream transport, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new SslStream(transport);
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            return (null, await stream.ReadAsync(new byte[1], cancellationToken) == 1);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return (exception, false);
        }
    }

    private sealed record HandshakeResult(
        SvidVerdict? SeenByServer, SvidVerdict? SeenByClient, Exception? ServerError, Exception? ClientError, bool WasServed, Stream Transport);
}
