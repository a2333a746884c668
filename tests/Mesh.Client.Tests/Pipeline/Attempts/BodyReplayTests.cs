using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>Request bodies over real connections: what is sent again is what the application wrote, whole, or nothing.</summary>
public sealed class BodyReplayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, bool> Bodies => new()
    {
        { "none", 0, true },
        { "text", 1000, true },
        { "json", 1000, true },
        { "form", 1000, true },
        { "multipart", 1000, true },
        { "stream", 1000, true },
        { "one-way stream", 1000, true },
        { "one-way stream", 64 * 1024, true },
        { "one-way stream", (64 * 1024) + 1, false },
        { "one-way stream", 10_000_000, false },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task E04_WhenTheFirstAttemptFails_SendsTheSameBodyAgainOrNone(string kind, int length, bool repeated)
    {
        var bodies = new ConcurrentQueue<string>();
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        });
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("5xx", 1), null, server.Http1);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://reviews/") { Content = Body(kind, length) };

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(repeated ? 2 : 1, bodies.Count);
        Assert.Single(bodies.Distinct());
        Assert.True(bodies.First().Length >= length);
        Assert.IsNotType<Client.Pipeline.Attempts.ReplayContent>(request.Content);
    }

    [Fact]
    public async Task E04_AStreamThatWasNeverRead_IsSentElsewhere()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("connect-failure", 2) with { MaxReselections = 5 }, null, 1, server.Http1);

        for (var call = 0; call < 4; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = Body("one-way stream", 1_000_000) };
            using var response = await mesh.Invoker.SendAsync(request, Cancellation);
            Assert.Equal(1_000_000, (await response.Content.ReadAsStringAsync(Cancellation)).Length);
        }
    }

    private static HttpContent? Body(string kind, int length)
    {
        var text = new string('x', length);
        return kind switch
        {
            "none" => null,
            "text" => new StringContent(text),
            "json" => JsonContent.Create(text),
            "form" => new FormUrlEncodedContent([new("key", text)]),
            "multipart" => new MultipartFormDataContent("boundary") { { new StringContent(text), "part" } },
            "stream" => new StreamContent(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text))),
            _ => new StreamContent(new OneWayStream(System.Text.Encoding.ASCII.GetBytes(text))),
        };
    }

    /// <summary>Can be read once.</summary>
    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
