using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>The graph of the running sample agrees with who made the load.</summary>
[Collection(BookinfoRun.Name)]
public sealed class ServiceGraphTests(BookinfoMesh bookinfo, ITestOutputHelper output)
{
    private const int Callers = 4;
    private const int PagesOfACaller = 150;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Graph_UnderLoad_AgreesWithTheLoadWithinTwoPercent()
    {
        bookinfo.UseScenarioText("");
        using var api = new HttpClient { BaseAddress = new Uri((string)bookinfo.Report["controlPlane"]!["http"]!) };
        var quiet = await QuietAsync(api);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(LoadAsync, Cancellation)));

        var ended = TimeProvider.System.GetUtcNow();
        var graph = await GraphSinceAsync(api, quiet, ended);
        output.WriteLine(graph.ToJsonString());
        const int Pages = Callers * PagesOfACaller;
        foreach (var service in new[] { "details", "reviews" })
        {
            var requests = Edges(graph).Where(edge => edge["destination"]!.ToString().StartsWith($"default/{service}/", StringComparison.Ordinal)).Sum(edge => (long)edge["requests"]!);
            Assert.InRange(requests, Pages * 0.98, Pages * 1.02);
        }

        // Versions 2 and 3 ask for the ratings, version 1 does not.
        var stars = Edges(graph).Where(edge => edge["destination"]!.ToString() is "default/reviews/v2" or "default/reviews/v3").Sum(edge => (long)edge["requests"]!);
        var ratings = Edges(graph).Where(edge => edge["destination"]!.ToString() == "default/ratings/v1").Sum(edge => (long)edge["requests"]!);
        Assert.InRange(ratings, stars * 0.98, stars * 1.02);
        Assert.All(Edges(graph), edge => Assert.Equal(1, (double)edge["mutualTls"]!));
        Assert.All(Edges(graph), edge => Assert.NotNull(edge["latency"]!["p99"]));
    }

    private async Task LoadAsync()
    {
        for (var page = 0; page < PagesOfACaller; page++)
        {
            await bookinfo.GetPageAsync();
        }
    }

    /// <summary>The end of a time in which nobody asked for anything, so that what comes after it is this test's own.</summary>
    private static async Task<DateTimeOffset> QuietAsync(HttpClient api)
    {
        // What was asked before now is on the graph by then.
        var now = TimeProvider.System.GetUtcNow();
        var end = DateTimeOffset.MinValue;
        await Eventually.ReachesAsync(
            "nobody asks for anything",
            async () =>
            {
                var graph = await AskAsync(api, "window=5s");
                end = Moment(graph, "to");
                return end >= now + TimeSpan.FromSeconds(5) && Edges(graph).Length == 0;
            },
            timeout: TimeSpan.FromSeconds(60),
            cancellationToken: Cancellation);
        return end;
    }

    private static async Task<JsonNode> GraphSinceAsync(HttpClient api, DateTimeOffset from, DateTimeOffset ended)
    {
        var to = DateTimeOffset.MinValue;
        await Eventually.ReachesAsync(
            "all clients have reported",
            async () => (to = Moment(await AskAsync(api, "window=5s"), "to")) >= ended + TimeSpan.FromSeconds(5),
            timeout: TimeSpan.FromSeconds(60),
            cancellationToken: Cancellation);
        var graph = await AskAsync(api, string.Create(CultureInfo.InvariantCulture, $"window={(to - from).TotalSeconds:0}s&at={to.ToUnixTimeSeconds()}"));
        Assert.Equal(from, Moment(graph, "from"));
        return graph;
    }

    private static async Task<JsonNode> AskAsync(HttpClient api, string query) =>
        JsonNode.Parse(await api.GetStringAsync($"/api/v1/graph?level=version&{query}", Cancellation))!;

    /// <summary>Within the mesh: what a process asks of the world outside is nobody's load.</summary>
    private static JsonNode[] Edges(JsonNode graph) =>
        [.. graph["edges"]!.AsArray().OfType<JsonNode>().Where(edge => edge["destination"]!.ToString().StartsWith("default/", StringComparison.Ordinal))];

    private static DateTimeOffset Moment(JsonNode graph, string field) => DateTimeOffset.Parse(graph[field]!.ToString(), CultureInfo.InvariantCulture);
}
