using Mesh.Protocol.Spiffe;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Transport;

public sealed class ForwardedSchemeStageTests
{
    private static readonly SpiffeId Gateway = SpiffeId.Of("cluster.local", "istio-system", "gateway");

    [Theory]
    [InlineData("http", "http")]
    [InlineData("https", "https")]
    [InlineData("", "https")]
    [InlineData("ftp", "https")]
    [InlineData("http,https", "https")]
    public async Task Wrap_FromAPeerOfTheMesh_TakesTheSchemeThatTheUserAskedWith(string forwarded, string scheme) =>
        Assert.Equal(scheme, await RunAsync(new PeerConnection(Gateway, IsEncrypted: true, null), "https", forwarded));

    [Fact]
    public async Task Wrap_FromAStranger_BelievesTheConnection()
    {
        Assert.Equal("http", await RunAsync(new PeerConnection(null, IsEncrypted: false, null), "http", "https"));
        Assert.Equal("http", await RunAsync(null, "http", "https"));
    }

    private static async Task<string> RunAsync(PeerConnection? connection, string scheme, string forwarded)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(connection);
        context.Request.Scheme = scheme;
        context.Request.Headers["x-forwarded-proto"] = forwarded;
        await ForwardedSchemeStage.Wrap(_ => Task.CompletedTask)(context);
        return context.Request.Scheme;
    }
}
