using Mesh.Client.Model;

namespace Mesh.Server.Tests.Transport;

/// <summary>Both versions of HTTP, with and without mutual TLS, on one port.</summary>
public sealed class ProtocolTests
{
    private static CancellationToken Cancelled => TestLimit.Token;

    [Theory]
    [InlineData("http", "1.1", "HTTP/1.1 http nobody")]
    [InlineData("http", "2.0", "HTTP/2 http nobody")]
    [InlineData("https", "1.1", "HTTP/1.1 https spiffe://cluster.local/ns/default/sa/client")]
    [InlineData("https", "2.0", "HTTP/2 https spiffe://cluster.local/ns/default/sa/client")]
    public async Task Permissive_OnOnePort_SpeaksBothProtocolsBothWays(string scheme, string version, string expected)
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        using var client = host.CreateMeshClient(version: Version.Parse(version));

        Assert.Equal(expected, await client.GetStringAsync(scheme == "http" ? host.Http : host.Https, Cancelled));
        Assert.Equal(expected, await client.GetStringAsync(scheme == "http" ? host.Http : host.Https, Cancelled));
    }
}
