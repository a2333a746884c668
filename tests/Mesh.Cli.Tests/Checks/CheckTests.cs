using System.Text.Json.Nodes;
using Mesh.Testing.InProcess;

namespace Mesh.Cli.Tests.Checks;

/// <summary><c>check</c>, on meshes that are well and that are not.</summary>
public sealed class CheckTests(LiveMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_OfAMeshThatIsWell_SucceedsInEveryCategory()
    {
        var run = await mesh.RunAsync("check");
        var json = (await mesh.RunAsync("check", "-o", "json")).Json;

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Status check results are √", run.Out, StringComparison.Ordinal);
        Assert.Equal(
            ["environment", "control-plane", "configuration", "identity", "clients", "data-plane", "security"],
            json["categories"]!.AsArray().Select(category => category!["categoryName"]!.ToString()));
        Assert.InRange(json["categories"]!.AsArray().Sum(category => category!["checks"]!.AsArray().Count), 20, 50);
        Assert.Equal("id-durable", Assert.Single(Results(json, "warning"))["id"]!.ToString());
    }

    [Fact]
    public async Task Check_Short_ShowsWhatIsNotWell()
    {
        var run = await mesh.RunAsync("check", "-o", "short");

        Assert.Equal(
            ["identity", "--------", "‼ the keys of the authority outlive the control plane"],
            run.Lines.Take(3));
        Assert.Contains("see docs/checks.md#id-durable for hints", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithNobodyThere_FailsAtTheFirstFatalCheckAndEndsThere()
    {
        var run = await MeshCtlRun.StartAsync("check", "--server", "http://127.0.0.1:1", "-o", "json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("cp-reachable", Assert.Single(Results(run.Json, "error"))["id"]!.ToString());
        Assert.Equal(["environment", "control-plane"], run.Json["categories"]!.AsArray().Select(category => category!["categoryName"]!.ToString()));
    }

    [Fact]
    public async Task Check_OfABrokenFile_NamesFileLineAndField()
    {
        await using var broken = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        broken.Logs.Expect("ConfigFileRejected");
        broken.Write("broken.yaml", "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec:\n  hosts: [x]\n  htp: []\n");

        var run = await MeshCtlRun.StartAsync("check", "--wait", "1s", "--server", broken.ApiAddress.ToString());
        await Testing.Eventually.ReachesAsync(
            "the finding is told",
            async () => (run = await MeshCtlRun.StartAsync("check", "--server", broken.ApiAddress.ToString())).Out.Contains("broken.yaml:6", StringComparison.Ordinal),
            () => run.Out,
            cancellationToken: Cancellation);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("× every file of configuration is accepted", run.Out, StringComparison.Ordinal);
        Assert.Contains("‼ clients are connected", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hint_OfEveryCheck_IsAHeadingOfTheDocumentation()
    {
        var json = (await mesh.RunAsync("check", "-o", "json")).Json;
        var text = await File.ReadAllTextAsync(Path.Combine(Testing.Repository.Root, "docs", "checks.md"), Cancellation);

        Assert.All(
            json["categories"]!.AsArray().SelectMany(category => category!["checks"]!.AsArray()),
            check => Assert.Contains($"### {check!["id"]}\n", text, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Results(JsonNode report, string word) =>
        report["categories"]!.AsArray().SelectMany(category => category!["checks"]!.AsArray()).OfType<JsonNode>().Where(check => check["result"]!.ToString() == word);
}
