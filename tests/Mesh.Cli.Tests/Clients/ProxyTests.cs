using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mesh.Cli.Tests.Clients;

/// <summary><c>clients</c>, <c>proxy-status</c>, <c>proxy-config</c> and <c>status</c>, on clients that are connected.</summary>
public sealed partial class ProxyTests(LiveMesh mesh)
{
    private const string SubsetV2 = "outbound|9080|v2|reviews.default.svc.cluster.local";

    [Fact]
    public async Task ProxyStatus_OfClientsThatTookEverything_IsSyncedWithAge()
    {
        var run = await mesh.RunAsync("proxy-status");

        var web = Assert.Single(run.Lines, line => line.StartsWith("web", StringComparison.Ordinal) || line.Contains("~web", StringComparison.Ordinal));
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("NAME", run.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["NAME", "NAMESPACE", "CDS", "LDS", "EDS", "RDS", "SDS", "VERSION"], Blanks().Split(run.Lines[0]));
        Assert.Matches(@"SYNCED \(\d+[smhd]\)", web);
    }

    [Fact]
    public async Task ProxyStatus_OfOneClient_ShowsSentAndAcceptedVersions()
    {
        var run = await mesh.RunAsync("proxy-status", "web");

        var routes = Blanks().Split(Assert.Single(run.Lines, line => line.StartsWith("RDS", StringComparison.Ordinal)));
        Assert.Equal("SYNCED", routes[1]);
        Assert.Equal(routes[2], routes[4]);
        Assert.Contains(run.Lines, line => line.StartsWith("Identity", StringComparison.Ordinal) && line.EndsWith("/ns/default/sa/web", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProxyStatus_OfAClientThatIsNotThere_NamesThoseThatAre()
    {
        var run = await mesh.RunAsync("proxy-status", "nobody");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ratings", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Clients_WithASelector_AreThoseAlone()
    {
        var run = await mesh.RunAsync("clients", "-l", "app=reviews,version in (v2, v3)", "-o", "json");

        Assert.Equal("v2", Assert.Single(run.Json["items"]!.AsArray())!["labels"]!["version"]!.ToString());
    }

    [Fact]
    public async Task Clients_WithASelectorThatIsNone_IsAUsageError()
    {
        var run = await mesh.RunAsync("clients", "-l", "app ? reviews");

        Assert.Equal(64, run.ExitCode);
        Assert.Contains("--selector", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listener", new[] { "NAME", "ADDRESSES", "PORT", "MATCH", "DESTINATION" }, "Route: outbound|9080||reviews.default.svc.cluster.local")]
    [InlineData("route", new[] { "NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE" }, "/api*, end-user = jason")]
    [InlineData("cluster", new[] { "SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE" }, "reviews.default.svc.cluster.local")]
    [InlineData("endpoint", new[] { "ENDPOINT", "STATUS", "MTLS", "CLUSTER" }, SubsetV2)]
    [InlineData("secret", new[] { "RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER", "NOT BEFORE" }, "ROOTCA")]
    public async Task ProxyConfig_OfAType_HasTheColumnsOfIstioctl(string type, string[] columns, string content)
    {
        var run = await mesh.RunAsync("proxy-config", type, "web");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(columns, Blanks().Split(run.Lines[0]));
        Assert.Contains(content, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProxyConfig_Filtered_ShowsWhatFits()
    {
        var clusters = await mesh.RunAsync("pc", "c", "web", "--fqdn", "reviews", "--subset", "v2", "--direction", "outbound", "--port", "9080");
        var none = await mesh.RunAsync("pc", "c", "web", "--fqdn", "details");

        Assert.Equal(["reviews.default.svc.cluster.local", "9080", "v2", "outbound", "EDS", "reviews.default"], Blanks().Split(clusters.Lines[1]));
        Assert.Equal((0, ""), (none.ExitCode, none.Out));
    }

    [Fact]
    public async Task ProxyConfig_AsJson_IsTheResourcesInProtoJson()
    {
        var clusters = await mesh.RunAsync("proxy-config", "cluster", "web", "--name", SubsetV2, "-o", "json");

        var cluster = Assert.Single(clusters.Json.AsArray())!;
        Assert.Equal("/apis/networking.istio.io/v1/namespaces/default/destination-rule/reviews", cluster["metadata"]!["filterMetadata"]!["istio"]!["config"]!.ToString());
        Assert.Equal("subsets[1]", cluster["metadata"]!["filterMetadata"]!["istio"]!["rule"]!.ToString());
        Assert.Equal(SubsetV2, cluster["name"]!.ToString());
    }

    [Fact]
    public async Task ProxyConfig_All_HoldsEveryType()
    {
        var text = await mesh.RunAsync("proxy-config", "all", "web");
        var whole = (await mesh.RunAsync("proxy-config", "all", "web", "-o", "json")).Json.AsObject();

        Assert.Equal(["listeners", "routes", "clusters", "endpoints", "secrets"], whole.Select(field => field.Key));
        Assert.All(whole, type => Assert.NotEmpty(type.Value!.AsArray()));
        Assert.Contains("ROUTES (", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_OfTheMesh_FitsOnOneScreen()
    {
        var run = await mesh.RunAsync("status");
        var json = (await mesh.RunAsync("status", "-o", "json")).Json;

        Assert.Contains("4 connected: 4 SYNCED", run.Out, StringComparison.Ordinal);
        Assert.Contains("Refusals       none", run.Out, StringComparison.Ordinal);
        Assert.Equal("cluster.local", json["authority"]!["trustDomain"]!.ToString());
        Assert.Equal(4, json["clients"]!["proved"]!.GetValue<int>());
        Assert.True(run.Lines.Length < 20);
    }

    [Fact]
    public async Task Resources_OfNamesNobodyAskedFor_AreGeneratedAllTheSame()
    {
        var client = (JsonObject)(await mesh.RunAsync("proxy-status", "web", "-o", "json")).Json;
        using var http = new HttpClient { BaseAddress = mesh.Mesh.ApiAddress };
        var answer = JsonNode.Parse(await http.GetStringAsync($"/api/v1/clients/{client["stream"]}/resources?type=LDS&name=ratings.default:9080&name=none:1&bytes=true", TestContext.Current.CancellationToken))!;

        Assert.NotNull(answer["items"]![0]!["bytes"]);
        Assert.False(answer["items"]![0]!["subscribed"]!.GetValue<bool>());
    }

    [GeneratedRegex(" {2,}")]
    private static partial Regex Blanks();
}
