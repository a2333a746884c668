using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Transport;

namespace Mesh.Server.Tests.Transport;

/// <summary>A foreign TLS client against the mesh's port.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-openssl-");

    private static CancellationToken Cancelled => TestLimit.Token;

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task OpenSsl_WithAnSvid_IsServed(string version)
    {
        await using var host = await StartAsync();

        var output = await RunAsync(host, version);

        Assert.Contains("HTTP/1.1 https spiffe://cluster.local/ns/default/sa/client", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task S51_OpenSslWithoutCertificate_IsRefusedOnStrict(string version)
    {
        await using var host = await StartAsync();

        var output = await OpenSslClient.RunAsync(host.Port, [version], OpenSslClient.Get, Cancelled);

        Assert.DoesNotContain("HTTP/1.1", output, StringComparison.Ordinal);
        await host.WaitForCountAsync(SvidReasons.Missing, Cancelled);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task S14_SessionOfAnEarlierConnection_IsNotResumed(string version)
    {
        await using var host = await StartAsync();
        var session = Path.Combine(_folder.FullName, "session.pem");
        await RunAsync(host, version, "-sess_out", session);

        var output = File.Exists(session) ? await RunAsync(host, version, "-sess_in", session) : await RunAsync(host, version);

        Assert.Contains("HTTP/1.1 https spiffe:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Reused, ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task S14_SessionFromBeforeTheBundleChanged_IsValidatedAgainAndRefused(string version)
    {
        using var successor = new Mesh.Testing.Spiffe.SvidAuthority("successor");
        await using var host = await StartAsync();
        var session = Path.Combine(_folder.FullName, "session.pem");
        await RunAsync(host, version, "-sess_out", session);
        host.Identity.Trust(successor);

        var output = File.Exists(session) ? await RunAsync(host, version, "-sess_in", session) : await RunAsync(host, version);

        Assert.DoesNotContain("HTTP/1.1 200", output, StringComparison.Ordinal);
        await host.WaitForCountAsync(SvidReasons.Chain, Cancelled);
    }

    [Theory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task S16_OldVersionOfTls_IsRefused(string version)
    {
        await using var host = await StartAsync();

        // Security level 0: OpenSSL itself would not offer them.
        var output = await RunAsync(host, version, "-cipher", "ALL:@SECLEVEL=0");

        Assert.DoesNotContain("HTTP/1.1", output, StringComparison.Ordinal);
        await host.WaitForCountAsync(RefusalReasons.Handshake, Cancelled);
    }

    [Theory]
    [InlineData("eNULL:@SECLEVEL=0")]
    [InlineData("aNULL:@SECLEVEL=0")]
    [InlineData("3DES:RC4:EXPORT:LOW:@SECLEVEL=0")]
    public async Task S16_CipherWithoutProtection_IsRefused(string ciphers)
    {
        await using var host = await StartAsync();

        var output = await RunAsync(host, "-tls1_2", "-cipher", ciphers);

        Assert.DoesNotContain("HTTP/1.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S16_Renegotiation_IsRefused()
    {
        await using var host = await StartAsync();

        // A line that starts with R asks s_client to renegotiate.
        var output = await OpenSslClient.RunAsync(host.Port, ["-tls1_2", .. Show(host)], "R\n" + OpenSslClient.Get, Cancelled);

        Assert.DoesNotContain("HTTP/1.1 200", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<TransportHost> StartAsync() => TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);

    private Task<string> RunAsync(TransportHost host, params string[] arguments) => OpenSslClient.RunAsync(host.Port, [.. arguments, .. Show(host)], OpenSslClient.Get, Cancelled);

    private string[] Show(TransportHost host)
    {
        using var certificate = host.Authority.Issue("spiffe://cluster.local/ns/default/sa/client");
        return OpenSslClient.Show(certificate, _folder);
    }
}
