using System.Net;
using Mesh.Client.Model;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Pipeline.Actions;

/// <summary>Edits as they arrive at a real server.</summary>
public sealed class EditsOnTheWireTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendAsync_RewrittenRequest_ArrivesInBothVersions(bool http2)
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Protocol} {context.Request.Host} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["x-envoy-original-path"]} {context.Request.Headers["x-envoy-original-host"]}",
            context.RequestAborted));
        var action = new ForwardAction
        {
            Clusters = [new WeightedCluster("one", 1)],
            Rewrite = new PathRewrite(null, "/v2"),
            HostRewrite = new HostRewrite(HostRewriteKind.Literal, "other.example"),
        };
        using var mesh = new OutboundHarness().Route(
            "reviews",
            [new Route("", OutboundHarness.Any with { Path = new PathMatch(PathMatchKind.Prefix, "/api", IgnoreCase: false) }, action)],
            ("one", [http2 ? server.Http2 : server.Http1]));

        using var response = await mesh.GetAsync("http://reviews/api/a?q=1", request =>
        {
            request.Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });

        Assert.Equal(
            $"HTTP/{(http2 ? "2" : "1.1")} other.example /v2/a?q=1 /api/a?q=1 reviews",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
