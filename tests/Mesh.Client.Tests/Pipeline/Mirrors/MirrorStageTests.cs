using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Pipeline.Mirrors;

public sealed class MirrorStageTests : IDisposable
{
    private const uint All = 1_000_000;

    private readonly ConcurrentQueue<(string Host, string Path, string Body, string? Type)> _copies = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _arrived.Dispose();

    [Fact]
    public async Task SendAsync_Copy_HasTheSameRequestAndAMarkedAuthority()
    {
        using var mesh = Mesh(new MirrorPolicy("copy", All));

        using var get = await mesh.GetAsync("http://reviews/a?q=1");
        using var post = await mesh.GetAsync("http://reviews/a?q=1", request =>
        {
            request.Method = HttpMethod.Post;
            request.Content = new StringContent("body", Encoding.UTF8, "text/csv");
        });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (get.StatusCode, post.StatusCode));
        (string, string, string, string?)[] copies = [await CopyAsync(), await CopyAsync()];
        Assert.Contains(("reviews-shadow", "/a?q=1", "", null), copies);
        Assert.Contains(("reviews-shadow", "/a?q=1", "body", "text/csv; charset=utf-8"), copies);
    }

    [Fact]
    public async Task SendAsync_PolicyWithAHost_UsesItAndMayLeaveTheMarkAway()
    {
        using var mesh = Mesh(new MirrorPolicy("copy", All) { Host = "canary:81", IsUnmarked = true });

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal("canary:81", (await CopyAsync()).Host);
    }

    [Fact]
    public async Task E14_StreamedBody_IsWholeOnBothSides()
    {
        var received = "";
        using var mesh = Mesh(new MirrorPolicy("copy", All), async request => received = await request.Content!.ReadAsStringAsync(Cancellation));
        var stream = new MemoryStream(Encoding.UTF8.GetBytes("streamed"));

        using var response = await mesh.GetAsync("http://reviews/a", request => request.Content = new StreamContent(stream));

        Assert.Equal("streamed", received);
        Assert.Equal("streamed", (await CopyAsync()).Body);
    }

    [Theory]
    [InlineData(64 * 1024, 0)]
    [InlineData((64 * 1024) + 1, 1)]
    public async Task SendAsync_LongBody_IsSentAndNotCopied(int length, long skipped)
    {
        var received = 0;
        using var mesh = Mesh(new MirrorPolicy("copy", All), async request => received = (await request.Content!.ReadAsByteArrayAsync(Cancellation)).Length);

        using var whole = await mesh.GetAsync("http://reviews/a", request => request.Content = new ByteArrayContent(new byte[length]));
        using var streamed = await mesh.GetAsync("http://reviews/a", request => request.Content = new StreamContent(new Unseekable(new byte[length])));

        Assert.Equal((length, skipped * 2), (received, mesh.Mirrors.Skipped));
    }

    [Theory]
    [InlineData(0u, 0, 0)]
    [InlineData(All, 200, 200)]
    [InlineData(500_000u, 70, 130)]
    public async Task SendAsync_Share_IsKept(uint share, int atLeast, int atMost)
    {
        using var mesh = Mesh(new MirrorPolicy("copy", share));

        for (var request = 0; request < 200; request++)
        {
            (await mesh.GetAsync("http://reviews/a")).Dispose();
        }

        while (mesh.Mirrors.InFlight > 0)
        {
            await Task.Yield();
        }

        Assert.InRange(_copies.Count, atLeast, atMost);
    }

    [Fact]
    public async Task E13_MirrorThatFailsOrHangs_LeavesTheRequestAlone()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints((request, token) =>
                IsCopy(request) ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith<HttpResponseMessage>(_ => throw new HttpRequestException("gone"), token) : Ok(request)))
            .Route("reviews", [Route(new MirrorPolicy("copy", All), new MirrorPolicy("empty", All), new MirrorPolicy("unknown", All))], ("one", [1]), ("copy", [2]), ("empty", []));

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_TooManyCopiesOnTheirWay_AreSkipped()
    {
        var release = new TaskCompletionSource();
        using var mesh = new OutboundHarness(new ScriptedEndpoints(async (request, _) =>
            {
                if (IsCopy(request))
                {
                    await release.Task;
                }

                return await Ok(request);
            }))
            .Route("reviews", [Route(new MirrorPolicy("copy", All))], ("one", [1]), ("copy", [2]));

        for (var request = 0; request < 300; request++)
        {
            (await mesh.GetAsync("http://reviews/a")).Dispose();
        }

        Assert.Equal((256, 44L), (mesh.Mirrors.InFlight, mesh.Mirrors.Skipped));
        release.SetResult();
    }

    private static bool IsCopy(HttpRequestMessage request) => request.Headers.Host is { } host && (host.Contains("-shadow", StringComparison.Ordinal) || host == "canary:81");

    private static Task<HttpResponseMessage> Ok(HttpRequestMessage request) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });

    private static Route Route(params MirrorPolicy[] mirrors) =>
        new("", OutboundHarness.Any, new ForwardAction { Clusters = [new WeightedCluster("one", 1)], Mirrors = [.. mirrors] });

    private OutboundHarness Mesh(MirrorPolicy mirror, Func<HttpRequestMessage, Task>? receive = null) =>
        new OutboundHarness(new ScriptedEndpoints(async (request, cancellationToken) =>
            {
                if (IsCopy(request))
                {
                    var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
                    _copies.Enqueue((request.Headers.Host!, request.RequestUri!.PathAndQuery, body, request.Content?.Headers.ContentType?.ToString()));
                    _arrived.Release();
                }
                else if (receive is not null)
                {
                    await receive(request);
                }

                return await Ok(request);
            }))
            .Route("reviews", [Route(mirror)], ("one", [1]), ("copy", [2]));

    private async Task<(string Host, string Path, string Body, string? Type)> CopyAsync()
    {
        await _arrived.WaitAsync(Cancellation);
        Assert.True(_copies.TryDequeue(out var copy));
        return copy;
    }

    /// <summary>A body whose length nobody knows before its end.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
