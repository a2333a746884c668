using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Tests.Pipeline.Attempts;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Pipeline.Responses;

/// <summary>What a gRPC caller makes of endpoints that answer with plain HTTP errors (grpc/doc/http-grpc-status-mapping.md), and of the mesh's own failures.</summary>
public sealed class GrpcHttpErrorTests
{
    private static readonly GrpcMethod<StringValue, StringValue> Method = new("test.Any", "Any", StringValue.Parser, StringValue.Parser);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(400, "Internal")]
    [InlineData(401, "Unauthenticated")]
    [InlineData(403, "PermissionDenied")]
    [InlineData(404, "Unimplemented")]
    [InlineData(429, "Unavailable")]
    [InlineData(502, "Unavailable")]
    [InlineData(503, "Unavailable")]
    [InlineData(504, "Unavailable")]
    [InlineData(500, "Unknown")]
    [InlineData(418, "Unknown")]
    public async Task SendAsync_WhenTheEndpointAnswersPlainHttp_LeavesItToTheCallersMapping(int status, string expected)
    {
        await using var server = await KestrelEndpoint.StartAsync(context => AnswerAsync(context, status));
        using var mesh = new OutboundHarness().Forward("reviews", server.Http2);

        Assert.Equal(expected, $"{await CallAsync(mesh)}");
    }

    [Theory(Timeout = 20_000)]
    [InlineData(503, "unavailable", 3)]
    [InlineData(429, "unavailable", 3)]
    [InlineData(400, "internal", 3)]
    [InlineData(500, "unavailable,internal", 1)]
    [InlineData(403, "unavailable,internal", 1)]
    public async Task SendAsync_WhenThePolicyNamesTheMappedStatus_Repeats(int status, string retryOn, int attempts)
    {
        var seen = 0;
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            Interlocked.Increment(ref seen);
            return AnswerAsync(context, status);
        });
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying(retryOn, 2), null, server.Http2);

        await CallAsync(mesh);

        Assert.Equal(attempts, seen);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true, "Unavailable")]
    [InlineData(false, "DeadlineExceeded")]
    public async Task SendAsync_WhenTheMeshItselfFails_AnswersTrailersOnly(bool isRefused, string expected)
    {
        await using var server = await KestrelEndpoint.StartAsync(
            context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default));
        int[] ports = isRefused ? [] : [server.Http2];
        using var mesh = new OutboundHarness().Route("reviews", [OutboundHarness.To("one", timeout: TimeSpan.FromMilliseconds(200))], ("one", ports));
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/test.Any/Any")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { { "Content-Type", "application/grpc" } } },
        };

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(expected, $"{(GrpcStatusCode)int.Parse(Assert.Single(response.Headers.GetValues("grpc-status")), null)}");
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    private static async Task AnswerAsync(HttpContext context, int status)
    {
        // A body that is still under way when the answer comes cannot be sent again.
        await context.Request.Body.CopyToAsync(Stream.Null, Cancellation);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync("plain", Cancellation);
    }

    private static async Task<GrpcStatusCode> CallAsync(OutboundHarness mesh)
    {
        using var channel = new GrpcChannel(new Uri("http://reviews"), mesh.Invoker);
        return (await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(Method, new StringValue(), cancellationToken: Cancellation))).Code;
    }
}
