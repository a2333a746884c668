using System.Net;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>What SocketsHttpHandler makes of failing HTTP/2 peers, and what the mesh makes of that: facts of the runtime that the classification rests on.</summary>
public sealed class Http2FailureTests
{
    private const int RefusedStream = 7;
    private const int Cancel = 8;

    /// <summary>SocketsHttpHandler repeats what was surely not processed three times by itself.</summary>
    private const int RequestsOfAnAttempt = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E03_APostRefusedByItsStream_GoesElsewhere()
    {
        await using var refusing = new Http2ScriptServer((connection, stream) => connection.ResetAsync(stream, RefusedStream));
        await using var working = new Http2ScriptServer((connection, stream) => connection.AnswerAsync(stream));
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("refused-stream", 2) with { MaxReselections = 5 }, null, refusing.Port, working.Port);

        for (var call = 0; call < 4; call++)
        {
            using var response = await mesh.Invoker.SendAsync(Post(), Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.True(refusing.Requests is > 0 && refusing.Requests % RequestsOfAnAttempt == 0, $"{refusing.Requests} requests");
    }

    [Fact]
    public async Task E03_APostAboveTheLastStreamOfAGoAway_GoesElsewhere()
    {
        await using var leaving = new Http2ScriptServer((connection, _) => connection.GoAwayAsync(0, 0));
        await using var working = new Http2ScriptServer((connection, stream) => connection.AnswerAsync(stream));
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("refused-stream", 2) with { MaxReselections = 5 }, null, leaving.Port, working.Port);

        for (var call = 0; call < 4; call++)
        {
            using var response = await mesh.Invoker.SendAsync(Post(), Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.True(leaving.Connections > 0, "The leaving endpoint was never tried.");
    }

    [Fact]
    public async Task E03_APostAtOrBelowTheLastStreamOfAGoAway_MayHaveBeenProcessedAndIsSentOnce()
    {
        await using var leaving = new Http2ScriptServer(async (connection, _) =>
        {
            await connection.GoAwayAsync(int.MaxValue, 0);
            connection.Close();
        });
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("refused-stream,reset,5xx", 3), null, leaving.Port);

        using var response = await mesh.Invoker.SendAsync(Post(), Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, leaving.Requests);
    }

    [Theory]
    [InlineData(Cancel)]
    [InlineData(2)]
    [InlineData(11)]
    public async Task E03_APostResetByItsPeer_MayHaveBeenProcessedAndIsSentOnce(int error)
    {
        await using var resetting = new Http2ScriptServer((connection, stream) => connection.ResetAsync(stream, error));
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("refused-stream,reset,5xx", 3), null, resetting.Port);

        using var response = await mesh.Invoker.SendAsync(Post(), Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("UR", Assert.Single(response.Headers.GetValues(MeshTelemetry.ResponseFlagsHeader)));
        Assert.Equal(1, resetting.Requests);
    }

    [Fact]
    public async Task SendAsync_AGetResetByItsPeer_IsRepeated()
    {
        await using var resetting = new Http2ScriptServer((connection, stream) => connection.ResetAsync(stream, Cancel));
        using var mesh = new OutboundHarness().Retry("reviews", RetryLoopTests.Retrying("reset", 2), null, resetting.Port);
        using var get = new HttpRequestMessage(HttpMethod.Get, "http://reviews/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await mesh.Invoker.SendAsync(get, Cancellation);

        Assert.Equal(3, resetting.Requests);
    }

    private static HttpRequestMessage Post() => new(HttpMethod.Post, "http://reviews/")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new StringContent("order"),
    };
}
