using System.Diagnostics;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Telemetry;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Context;

/// <summary>One view of the product page is one tree of spans over all services, although no service copies a header.</summary>
[Collection(ExportingRun.Name)]
public sealed class PageTraceTests(ExportingBookinfo run)
{
    private const int Server = 2;
    private const int Client = 3;

    /// <summary>A batch of spans is sent after five seconds at most.</summary>
    private static readonly TimeSpan ExportTime = TimeSpan.FromSeconds(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PageView_OfTheRunningSample_IsOneTreeWithEveryService()
    {
        var (receiver, bookinfo) = (run.Receiver, run.Bookinfo);
        bookinfo.UseScenario(BookinfoMesh.SampleScenario("reviews-v3"));
        await Eventually.ReachesAsync("reviews v3 serves alone", async () => (await bookinfo.GetPageAsync()).Contains("reviews-v3", StringComparison.Ordinal), cancellationToken: Cancellation);

        // A view of which a span was lost, as the collector was away a moment ago, is not the one to look at.
        var views = new List<(string Trace, string Caller)>();
        var last = Stopwatch.StartNew();
        await Eventually.ReachesAsync(
            "all spans of a view have come",
            async () =>
            {
                if (views.Count == 0 || last.Elapsed > ExportTime)
                {
                    views.Add(await ViewAsync(bookinfo.Page));
                    last.Restart();
                }

                return views.Exists(view => receiver.SpansOf(view.Trace).Length >= 7);
            },
            () => string.Join(", ", views.Select(view => receiver.SpansOf(view.Trace).Length)),
            cancellationToken: Cancellation);

        var (trace, caller) = views.Find(view => receiver.SpansOf(view.Trace).Length >= 7);
        var spans = receiver.SpansOf(trace);
        var ids = spans.ToDictionary(span => span.Id);
        var root = Assert.Single(spans, span => span.Parent == caller);
        Assert.Equal(("productpage", Server), (root.Service, root.Kind));
        Assert.All(spans, span => Assert.True(span == root || ids.ContainsKey(span.Parent), $"{span.Service} {span.Name} hangs on nothing"));
        Assert.Equal(["details", "productpage", "ratings", "reviews"], spans.Select(span => span.Service).Distinct().Order());
        Assert.Equal(
            ["productpage>details", "productpage>reviews", "reviews>ratings"],
            spans.Where(span => span.Kind == Server && span != root).Select(span => $"{ids[span.Parent].Service}>{span.Service}").Order());
        Assert.All(spans.Where(span => span.Kind == Client), span => Assert.StartsWith("outbound|9080|", span.Tags["upstream_cluster"], StringComparison.Ordinal));
        Assert.All(spans, span => Assert.Equal("the-page", span.Tags["guid:x-request-id"]));
        Assert.All(spans.Where(span => span.Kind == Server && span != root), span => Assert.StartsWith("spiffe://", span.Tags["mesh.peer.principal"], StringComparison.Ordinal));
    }
    /// <summary>One view, as the part of a trace that a caller of ours began.</summary>
    private static async Task<(string Trace, string Caller)> ViewAsync(string page)
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.Add("traceparent", $"00-{trace}-{caller}-01");
        request.Headers.Add("x-request-id", "the-page");
        using var response = await client.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
        return (trace, caller);
    }
}
