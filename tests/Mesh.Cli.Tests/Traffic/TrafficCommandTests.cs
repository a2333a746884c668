using System.Text.Json.Nodes;

namespace Mesh.Cli.Tests.Traffic;

/// <summary><c>graph</c>, <c>stat</c>, <c>top</c>, <c>edges</c> and the config dump of an application, on real traffic.</summary>
public sealed class TrafficCommandTests(TrafficMesh mesh) : IClassFixture<TrafficMesh>
{
    private static readonly string[] Window = ["--window", "4m"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Graph_ForPeople_IsATreeFromWhoeverNobodyCalls()
    {
        var run = await mesh.RunAsync(["graph", .. Window]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("web v7 (default)", run.Lines[0]);
        Assert.Matches(@"^├─ reviews v1  \d+\.\d rps  \d+\.\d\d %  p50 .*ms, p99 .*ms  mTLS$", run.Lines[1]);
        Assert.StartsWith("└─ reviews v2  ", run.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dot", "\"default/web/v7\" -> \"default/reviews/v1\" [label=")]
    [InlineData("mermaid", "flowchart LR")]
    [InlineData("name", "default/web/v7->default/reviews/v2")]
    [InlineData("wide", "default/reviews/v1")]
    public async Task Graph_ForPrograms_IsInTheirWords(string format, string content)
    {
        var run = await mesh.RunAsync(["graph", .. Window, "-o", format]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(content, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graph_ByWorkload_TellsProcessesApart()
    {
        var json = (await mesh.RunAsync(["graph", .. Window, "--by", "workload", "-o", "json"])).Json;

        Assert.All(json["edges"]!.AsArray(), edge => Assert.StartsWith("default/reviews/v", edge!["destination"]!.ToString(), StringComparison.Ordinal));
        Assert.Contains(json["nodes"]!.AsArray(), node => node!["workload"]!.ToString().StartsWith("web-v7-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stat_OfAService_SaysSuccessRateAndLatency()
    {
        var json = (await mesh.RunAsync(["stat", "svc/reviews", .. Window, "--by", "service", "-o", "json"])).Json;
        var text = await mesh.RunAsync(["stat", .. Window]);

        var row = Assert.Single(json["items"]!.AsArray())!;
        Assert.Equal("reviews", row["service"]!.ToString());
        Assert.Equal(20, (int)row["traffic"]!["errors"]!);
        Assert.True((int)row["traffic"]!["requests"]! >= 108);
        Assert.Contains("SUCCESS", text.Lines[0], StringComparison.Ordinal);
        Assert.Contains("LATENCY_P99", text.Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy/reviews-v1", 1)]
    [InlineData("reviews.default", 2)]
    [InlineData("svc/reviews", 2)]
    [InlineData("ratings", 0)]
    public async Task Stat_OfAName_MeansWhatPeopleMean(string name, int rows)
    {
        var run = await mesh.RunAsync(["stat", name, .. Window, "-o", "json"]);

        Assert.Equal(rows, run.Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Stat_FromAndTo_LookAtOneSideOfAnEdge()
    {
        var to = (await mesh.RunAsync(["stat", "web", "--to", "deploy/reviews-v2", .. Window, "-o", "json"])).Json;
        var from = (await mesh.RunAsync(["stat", "--from", "web", .. Window, "-o", "json"])).Json;
        var both = await mesh.RunAsync(["stat", "--from", "web", "--to", "reviews", .. Window]);

        Assert.Equal("web", Assert.Single(to["items"]!.AsArray())!["service"]!.ToString());
        Assert.Equal(2, from["items"]!.AsArray().Count);
        Assert.Equal(64, both.ExitCode);
    }

    [Fact]
    public async Task Top_InAPipe_ShowsTheBusiestOnce()
    {
        var run = await mesh.RunAsync(["top", .. Window, "--max", "1", "--sort", "errors"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Lines.Count(line => line.Length > 0));
    }

    [Fact]
    public async Task Edges_OfAClient_CarryIdentitiesAndTraffic()
    {
        var list = (await mesh.RunAsync("edges", "-o", "json")).Json;

        var edge = Assert.Single(list["items"]!.AsArray(), item => item!["client"]!["name"]!.ToString().StartsWith("web", StringComparison.Ordinal) && item["subset"] is null)!;
        Assert.Equal("mtls", edge["security"]!.ToString());
        Assert.EndsWith("/ns/default/sa/web", edge["client"]!["identity"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["spiffe://cluster.local/ns/default/sa/reviews"], edge["destinationIdentities"]!.AsArray().Select(identity => identity!.ToString()));
    }

    [Fact]
    public async Task ProxyConfig_OfAnApplication_IsWhatItHolds()
    {
        var address = new Uri(mesh.Web, "/debug/config_dump").ToString();
        var run = await mesh.RunAsync("proxy-config", "cluster", "--address", address);
        var all = (await mesh.RunAsync("proxy-config", "all", "--address", address, "-o", "json")).Json;
        var sent = (await mesh.RunAsync("proxy-config", "cluster", "deploy/web-v7", "-o", "json")).Json;

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("reviews.default.svc.cluster.local", run.Out, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(sent, all["clusters"]));
        Assert.NotEmpty(all["listeners"]!.AsArray());
    }

    [Fact]
    public async Task ConfigDump_OfAnApplication_IsForItsOwnMachineAlone()
    {
        using var client = new HttpClient { BaseAddress = mesh.Web };
        var dump = JsonNode.Parse(await client.GetStringAsync("/debug/config_dump?type=Cluster", Cancellation))!;
        var config = Assert.Single(dump["config"]!.AsArray())!;
        Assert.All(config["genericXdsConfigs"]!.AsArray(), item => Assert.Equal("ACKED", item!["clientStatus"]!.ToString()));
        Assert.Contains("web-v7", config["node"]!["id"]!.ToString(), StringComparison.Ordinal);

        foreach (var (name, value) in new[] { ("Host", "evil.example"), ("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/debug/config_dump");
            request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request, Cancellation);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
        }
    }
}
