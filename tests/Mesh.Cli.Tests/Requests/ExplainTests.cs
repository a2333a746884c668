namespace Mesh.Cli.Tests.Requests;

/// <summary><c>explain</c>: what the data plane would make of requests of a connected client.</summary>
public sealed class ExplainTests(LiveMesh mesh)
{
    private const string Subset = "outbound|9080|v2|reviews.default.svc.cluster.local";

    [Fact]
    public async Task Explain_OfARequestThatARuleNames_TellsAllThatTheRuleSaysAndWhere()
    {
        var run = await mesh.RunAsync("explain", "--from", "web", "--to", "http://reviews:9080/api/x?q=1", "-H", "end-user: jason", "-o", "json");

        var outcome = Assert.Single(run.Json["outcomes"]!.AsArray())!;
        var cluster = Assert.Single(outcome["clusters"]!.AsArray())!;
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("testers", outcome["route"]!.ToString());
        Assert.Equal("3s", outcome["timeout"]!.ToString());
        Assert.StartsWith("2, on 5xx, 1s for each attempt", outcome["retries"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("http[0].match[0]", outcome["origin"]!["field"]!.ToString());
        Assert.EndsWith($"{LiveMesh.Yaml}:{LineOf("- headers:")}", outcome["origin"]!["place"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal((Subset, "/v2/x?q=1"), (cluster["name"]!.ToString(), cluster["path"]!.ToString()));
        Assert.Equal("10 % are held 2s", cluster["fault"]!.ToString());
        Assert.EndsWith($"{LiveMesh.Yaml}:{LineOf("- name: v2")}", cluster["origin"]!["place"]!.ToString(), StringComparison.Ordinal);
        var endpoint = Assert.Single(cluster["endpoints"]!.AsArray())!;
        Assert.Equal(("mTLS", true), (endpoint["security"]!.ToString(), endpoint["usable"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Explain_OfARequestThatRulesPassOver_NamesTheConditionOfEach()
    {
        var run = await mesh.RunAsync("explain", "--from", "web.default", "--to", "http://reviews:9080/api", "-H", "end-user: ann");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("testers: it is not so that header end-user is 'jason'", run.Out, StringComparison.Ordinal);
        Assert.Contains("old: it is not so that path is '/old'", run.Out, StringComparison.Ordinal);
        Assert.Contains("|v1|reviews.default.svc.cluster.local, 90 %", run.Out, StringComparison.Ordinal);
        Assert.Contains("|v2|reviews.default.svc.cluster.local, 10 %", run.Out, StringComparison.Ordinal);
        Assert.Contains("[DestinationRule default/reviews subsets[0], ", run.Out, StringComparison.Ordinal);
        Assert.Contains("verdict       PASSES", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfARedirect_SaysWhereItLeads()
    {
        var run = await mesh.RunAsync("explain", "--from", "web", "--to", "http://reviews:9080/old", "-o", "json");

        var outcome = run.Json["outcomes"]![0]!;
        Assert.Equal(("redirect", "http://reviews:9080/new"), (outcome["action"]!.ToString(), outcome["location"]!.ToString()));
    }

    [Theory]
    [InlineData("POST", null, true)]
    [InlineData("POST", "spiffe://cluster.local/ns/default/sa/ratings", false)]
    [InlineData("DELETE", null, false)]
    public async Task Explain_OfARequestThatPoliciesDecideOn_GivesTheReceiversWord(string method, string? principal, bool passes)
    {
        string[] identity = principal is null ? [] : ["--as", principal];
        var run = await mesh.RunAsync(["explain", "--from", "web", "--to", "http://reviews:9080/", "-X", method, "-o", "json", .. identity]);

        var decision = run.Json["outcomes"]![0]!["clusters"]![0]!["inbound"]![0]!;
        Assert.Equal(passes ? 0 : 1, run.ExitCode);
        Assert.Equal(passes, decision["allowed"]!.GetValue<bool>());
        Assert.Equal("spiffe://cluster.local/ns/default/sa/web", principal is null ? decision["principal"]!.ToString() : "spiffe://cluster.local/ns/default/sa/web");
        var second = decision["items"]!.AsArray().Single(policy => policy!["policy"]!.ToString().EndsWith("rule[1]", StringComparison.Ordinal))!;
        Assert.EndsWith($"{LiveMesh.Yaml}:{LineOf("- from: [{source")}", second["origin"]!["place"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfAServiceWithoutRules_GoesToItsDefault()
    {
        var run = await mesh.RunAsync("explain", "--from", "web", "--to", "http://ratings.default.svc.cluster.local:9080/", "-o", "json");

        var outcome = run.Json["outcomes"]![0]!;
        Assert.Equal(0, run.ExitCode);
        Assert.Null(outcome["origin"]);
        Assert.Equal("ratings", outcome["clusters"]![0]!["endpoints"]![0]!["workload"]!.ToString()[.."ratings".Length]);
    }

    [Fact]
    public async Task Explain_OfAHostNobodyKnows_SaysWhatTheClientDoes()
    {
        var run = await mesh.RunAsync("explain", "--from", "web", "--to", "http://nowhere.example:81/", "-o", "json");

        Assert.NotEmpty(run.Json["verdict"]!["reason"]!.ToString());
    }

    [Theory]
    [InlineData("--to", "reviews")]
    [InlineData("--to", "ftp://reviews")]
    public async Task Explain_OfNoAddress_IsAUsageError(string option, string value)
    {
        var run = await mesh.RunAsync("explain", "--from", "web", option, value);

        Assert.Equal(64, run.ExitCode);
        Assert.Contains("--to: expected an address", run.Error, StringComparison.Ordinal);
    }

    /// <summary>A line of the only file of configuration.</summary>
    private static int LineOf(string start) =>
        LiveMesh.Resources.Split('\n').Index().First(line => line.Item.TrimStart().StartsWith(start, StringComparison.Ordinal)).Index + 1;
}
