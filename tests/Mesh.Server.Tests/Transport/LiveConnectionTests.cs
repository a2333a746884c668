using System.Net;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Transport;
using Mesh.Server.Transport.Live;
using Mesh.Testing.Spiffe;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Transport;

/// <summary>What becomes of open connections when policy, trust or certificates change (F04, S14, S15, C08).</summary>
public sealed class LiveConnectionTests
{
    private static CancellationToken Cancelled => TestLimit.Token;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task F04_ModeChanges_OnAnOpenMutualConnection_ItGoesOnServing(string version)
    {
        await using var host = await StartAsync(PeerAuthenticationMode.Permissive);
        using var client = host.CreateMeshClient(version: Version.Parse(version));
        var connection = await ConnectionOf(client, host.Https);

        foreach (var mode in (PeerAuthenticationMode[])[PeerAuthenticationMode.Strict, PeerAuthenticationMode.Disable, PeerAuthenticationMode.Permissive, PeerAuthenticationMode.Strict])
        {
            host.Set(mode);
            Assert.Equal(connection, await ConnectionOf(client, host.Https));
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task F04_ModeChanges_OnAnOpenPlaintextConnection_ItStaysWhereAllowedAndEndsOnStrict(string version)
    {
        await using var host = await StartAsync(PeerAuthenticationMode.Permissive);
        using var client = host.CreateMeshClient(version: Version.Parse(version));
        var connection = await ConnectionOf(client, host.Http);
        host.Set(PeerAuthenticationMode.Disable);
        Assert.Equal(connection, await ConnectionOf(client, host.Http));

        host.Set(PeerAuthenticationMode.Strict);
        await host.WaitForCountAsync(RefusalReasons.Plaintext, Cancelled);

        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectionOf(client, host.Http));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task StrictWhileARequestIsAnswered_TheAnswerIsFinished(string version)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(PeerAuthenticationMode.Permissive, app => app.MapGet("/slow", async () =>
        {
            reached.SetResult();
            await released.Task.WaitAsync(Cancelled);
            return "done";
        }));
        using var client = host.CreateMeshClient(version: Version.Parse(version));
        var answering = client.GetStringAsync(new Uri(host.Http, "slow"), Cancelled);
        await reached.Task.WaitAsync(Cancelled);

        host.Set(PeerAuthenticationMode.Strict);
        await host.WaitForCountAsync(RefusalReasons.Plaintext, Cancelled);
        released.SetResult();

        Assert.Equal("done", await answering);
    }

    [Fact]
    public async Task StrictWhileARequestNeverEnds_IsCutOffAfterTheLimit()
    {
        var time = new FakeTimeProvider();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(
            PeerAuthenticationMode.Permissive,
            app => app.MapGet("/endless", async (HttpContext context) =>
            {
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }),
            time);
        using var client = host.CreateMeshClient();
        var answering = client.GetStringAsync(new Uri(host.Http, "endless"), Cancelled);
        await reached.Task.WaitAsync(Cancelled);
        host.Set(PeerAuthenticationMode.Strict);
        await time.WaitForTimerOfAsync(LiveConnection.EndLimit, Cancelled);

        time.Advance(LiveConnection.EndLimit);

        await Assert.ThrowsAsync<HttpRequestException>(() => answering);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task S15_RevokedPeer_LosesItsOpenConnectionAndGetsNoOther(string version)
    {
        await using var host = await StartAsync(PeerAuthenticationMode.Strict);
        using var revoked = host.Authority.Issue("spiffe://cluster.local/ns/default/sa/client");
        using var client = host.CreateMeshClient(version: Version.Parse(version), change: options => options.ClientCertificateContext = ContextOf(revoked));
        using var other = host.CreateMeshClient("other", Version.Parse(version));
        await ConnectionOf(client, host.Https);
        var kept = await ConnectionOf(other, host.Https);

        host.Identity.Trust(host.Authority, host.Authority.CreateRevocationList(revoked));
        await host.WaitForCountAsync(SvidReasons.Revoked, Cancelled);

        // One that has no connection yet: a request on the lost one fails without another handshake.
        using var next = host.CreateMeshClient(version: Version.Parse(version), change: options => options.ClientCertificateContext = ContextOf(revoked));
        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectionOf(next, host.Https));
        await host.WaitForCountAsync(SvidReasons.Revoked, Cancelled, count: 2);
        Assert.Equal(kept, await ConnectionOf(other, host.Https));
    }

    [Fact]
    public async Task S14_TrustDomainWhoseBundleIsGone_LosesItsOpenConnections()
    {
        using var federated = new SvidAuthority("federated");
        await using var host = await StartAsync(PeerAuthenticationMode.Strict);
        var own = TrustBundle.Parse("cluster.local", host.Authority.RootPem);
        host.Identity.Trust(own, TrustBundle.Parse("other.example", federated.RootPem));
        using var guest = host.CreateMeshClient(change: options => options.ClientCertificateContext = federated.IssueContext("spiffe://other.example/ns/a/sa/guest"));
        await ConnectionOf(guest, host.Https);

        host.Identity.Trust(own);
        await host.WaitForCountAsync(SvidReasons.UnknownTrustDomain, Cancelled);

        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectionOf(guest, host.Https));
    }

    [Fact]
    public async Task C08_ConnectionOlderThanAnHour_IsEndedInGoodOrder()
    {
        var time = StartingNow();
        await using var host = await StartAsync(PeerAuthenticationMode.Strict, time: time);
        using var client = host.CreateMeshClient(version: HttpVersion.Version20, change: options =>
            options.ClientCertificateContext = host.Authority.IssueContext("spiffe://cluster.local/ns/default/sa/client", template => template.Lifetime = TimeSpan.FromHours(24)));
        var connection = await ConnectionOf(client, host.Https);

        time.Advance(LiveConnection.MaxAge);
        await host.WaitForCountAsync(RefusalReasons.Age, Cancelled);

        Assert.NotEqual(connection, await ConnectionOf(client, host.Https));
    }

    [Fact]
    public async Task C08_PeerWhoseCertificateEnds_IsAskedToGoBeforeAndCutOffThen()
    {
        var time = StartingNow();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(
            PeerAuthenticationMode.Strict,
            app => app.MapGet("/endless", async (HttpContext context) =>
            {
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }),
            time);
        using var client = host.CreateMeshClient(change: options =>
            options.ClientCertificateContext = host.Authority.IssueContext("spiffe://cluster.local/ns/default/sa/client", template => template.Lifetime = TimeSpan.FromMinutes(10)));
        var answering = client.GetStringAsync(new Uri(host.Https, "endless"), Cancelled);
        await reached.Task.WaitAsync(Cancelled);

        time.Advance(TimeSpan.FromMinutes(9) + TimeSpan.FromSeconds(55));
        await host.WaitForCountAsync(RefusalReasons.Age, Cancelled);
        Assert.False(answering.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));

        await host.WaitForCountAsync(SvidReasons.Expired, Cancelled);
        await Assert.ThrowsAsync<HttpRequestException>(() => answering);
    }

    [Fact]
    public async Task C08_PeerWithACertificateOfSecondsDatedBackByMinutes_StaysUntilNearlyItsEnd()
    {
        var time = StartingNow();
        await using var host = await StartAsync(PeerAuthenticationMode.Strict, time: time);
        using var client = host.CreateMeshClient(version: HttpVersion.Version20, change: options => options.ClientCertificateContext = host.Authority.IssueContext(
            "spiffe://cluster.local/ns/default/sa/client", template => (template.Lifetime, template.Backdated) = (TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5))));
        var connection = await ConnectionOf(client, host.Https);

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(connection, await ConnectionOf(client, host.Https));
        time.Advance(TimeSpan.FromSeconds(9));
        await host.WaitForCountAsync(RefusalReasons.Age, Cancelled);
    }

    [Fact]
    public async Task Rotation_OfTheOwnCertificate_NextHandshakeShowsItAndOpenConnectionsStay()
    {
        var shown = new List<string>();
        await using var host = await StartAsync(PeerAuthenticationMode.Strict);
        void Record(System.Net.Security.SslClientAuthenticationOptions options)
        {
            var verify = options.RemoteCertificateValidationCallback!;
            options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            {
                shown.Add(certificate!.GetSerialNumberString());
                return verify(sender, certificate, chain, errors);
            };
        }

        using var open = host.CreateMeshClient(change: Record);
        var connection = await ConnectionOf(open, host.Https);
        host.Identity.Show(host.Authority, "server");
        using var next = host.CreateMeshClient(change: Record);
        await ConnectionOf(next, host.Https);

        Assert.Equal(connection, await ConnectionOf(open, host.Https));
        Assert.Equal(2, shown.Count);
        Assert.Equal(host.Identity.Current!.Leaf.SerialNumber, shown[1]);
        Assert.NotEqual(shown[0], shown[1]);
    }

    private static FakeTimeProvider StartingNow()
    {
        var time = new FakeTimeProvider();
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        return time;
    }

    private static Task<TransportHost> StartAsync(PeerAuthenticationMode mode, Action<WebApplication>? map = null, TimeProvider? time = null) => TransportHost.StartAsync(
        mode,
        Cancelled,
        map: app =>
        {
            app.MapGet("/connection", (HttpContext context) => context.Connection.Id);
            map?.Invoke(app);
        },
        time: time);

    private static Task<string> ConnectionOf(HttpClient client, Uri host) => client.GetStringAsync(new Uri(host, "connection"), Cancelled);

    private static System.Net.Security.SslStreamCertificateContext ContextOf(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) =>
        System.Net.Security.SslStreamCertificateContext.Create(certificate, null, offline: true);
}
