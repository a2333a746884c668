using System.Net;
using System.Net.Http.Headers;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Pipeline.Responses;

/// <summary>The time of a call ends inside its response: nobody may take what came for the whole.</summary>
public sealed class CutBodyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly byte[] Part = [0, 0, 0, 0, 0];

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task GrpcStream_WhenItsTimeEnds_EndsWithDeadlineExceededInTheTrailers()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => HangAfterAPartAsync(context, "application/grpc", length: null));
        using var mesh = Mesh(server.Http2);
        using var request = Grpc();
        using var response = await mesh.Invoker.SendAsync(request, Cancellation);
        var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var buffer = new byte[16];
        await body.ReadExactlyAsync(buffer.AsMemory(0, Part.Length), Cancellation);
        var read = body.ReadAsync(buffer, Cancellation);

        _time.Advance(Limit);

        Assert.Equal(0, await read);
        AssertDeadlineExceeded(response);
        Assert.Equal(0, await body.ReadAsync(buffer, Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task GrpcStream_WhenItsTimeEndsBetweenReads_EndsWithDeadlineExceededInTheTrailers()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => HangAfterAPartAsync(context, "application/grpc", length: null));
        using var mesh = Mesh(server.Http2);
        using var request = Grpc();
        using var response = await mesh.Invoker.SendAsync(request, Cancellation);
        var body = await response.Content.ReadAsStreamAsync(Cancellation);
        await body.ReadExactlyAsync(new byte[Part.Length], Cancellation);

        _time.Advance(Limit);

        Assert.Equal(0, await body.ReadAsync(new byte[16], Cancellation));
        AssertDeadlineExceeded(response);
    }

    [Fact(Timeout = 20_000)]
    public async Task GrpcStream_WhenItIsBuffered_EndsWithDeadlineExceededInTheTrailers()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => HangAfterAPartAsync(context, "application/grpc", length: null));
        using var mesh = Mesh(server.Http2);
        using var request = Grpc();
        using var response = await mesh.Invoker.SendAsync(request, Cancellation);
        var body = response.Content.ReadAsByteArrayAsync(Cancellation);

        _time.Advance(Limit);

        await body;
        AssertDeadlineExceeded(response);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(10_000)]
    [InlineData(null)]
    public async Task Http1Body_WhenItsTimeEndsBetweenReads_Throws(int? length)
    {
        await using var server = await KestrelEndpoint.StartAsync(context => HangAfterAPartAsync(context, "text/plain", length));
        using var mesh = Mesh(server.Http1);
        using var response = await mesh.GetAsync("http://reviews/");
        var body = await response.Content.ReadAsStreamAsync(Cancellation);
        await body.ReadExactlyAsync(new byte[Part.Length], Cancellation);

        _time.Advance(Limit);

        var exception = await Assert.ThrowsAsync<HttpIOException>(() => body.ReadAsync(new byte[16], Cancellation).AsTask());
        Assert.IsType<TimeoutException>(exception.InnerException);
    }

    private static void AssertDeadlineExceeded(HttpResponseMessage response)
    {
        Assert.Equal("4", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("upstream request timeout", Uri.UnescapeDataString(Assert.Single(response.TrailingHeaders.GetValues("grpc-message"))));
    }

    private static HttpRequestMessage Grpc() => new(HttpMethod.Post, "http://reviews/a/b")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(Part) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
    };

    private static async Task HangAfterAPartAsync(HttpContext context, string type, int? length)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = length;
        await context.Response.Body.WriteAsync(Part, Cancellation);
        await context.Response.Body.FlushAsync(Cancellation);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private OutboundHarness Mesh(int port) =>
        new OutboundHarness(time: _time).Route("reviews", [OutboundHarness.To("one", timeout: Limit)], ("one", [port]));
}
