using Mesh.Cli.Output;
using Mesh.Testing;
using Mesh.Testing.InProcess;

namespace Mesh.Cli.Tests.Configuration;

/// <summary><c>get</c> in its further forms and over time, and <c>apply --prune</c>.</summary>
public sealed class WatchAndPruneTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-prune-");
    private InProcessMesh _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Get_ByTemplateColumnsAndLines_IsWhatWasAskedFor()
    {
        await RunAsync("apply", "-f", Write("a.yaml", Map("a", "1"), Map("b", "2")));

        var path = await RunAsync("get", "configmaps", "-o", "jsonpath={range .items[*]}{.metadata.name}={.data.key};{end}");
        var one = await RunAsync("get", "configmap/a", "-o", "jsonpath={.data.key}");
        var columns = await RunAsync("get", "configmaps", "-o", "custom-columns=NAME:.metadata.name,KEY:.data.key,NONE:.data.none");
        var lines = await RunAsync("get", "configmaps", "-o", "ndjson");
        var wrong = await RunAsync("get", "configmaps", "-o", "jsonpath={.items[*}");

        Assert.Equal(("a=1;b=2;", "1"), (path.Out, one.Out));
        Assert.Equal(["NAME", "KEY", "NONE"], columns.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["a", "1", "<none>"], columns.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, lines.Lines.Count(line => line.StartsWith("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"", StringComparison.Ordinal)));
        Assert.Equal(64, wrong.ExitCode);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("ndjson")]
    [InlineData("name")]
    public async Task Get_Watched_TellsWhatIsThereAndEveryChange(string format)
    {
        await RunAsync("apply", "-f", Write("a.yaml", Map("a", "1")));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var output = new LiveText();
        await using var error = new LiveText();
        var watching = MeshCtl.RunAsync(
            ["get", "configmaps", "-w", "--output-watch-events", "-o", format, "--server", _mesh.ApiAddress.ToString()], new Terminal(output, error, IsColored: false, _ => null), stop.Token);
        await SeesAsync(output, lines => lines.Any(line => line.Contains('a', StringComparison.Ordinal) && !line.StartsWith("EVENT", StringComparison.Ordinal)));

        await RunAsync("apply", "-f", Write("a.yaml", Map("a", "2")));
        await RunAsync("apply", "-f", Write("b.yaml", Map("b", "1")));
        await RunAsync("delete", "configmap", "b");

        await SeesAsync(output, lines => lines.Length >= (format == "table" ? 5 : 4));
        await stop.CancelAsync();
        Assert.Equal(0, await watching);
        if (format == "table")
        {
            Assert.StartsWith("EVENT", output.Lines[0], StringComparison.Ordinal);
            Assert.Equal(["ADDED a", "MODIFIED a", "ADDED b", "DELETED b"], output.Lines[1..].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2])));
        }
        else if (format == "name")
        {
            Assert.Equal(["configmap/a", "configmap/a", "configmap/b", "configmap/b"], output.Lines);
        }
        else
        {
            Assert.StartsWith("""{"type":"DELETED","object":{"apiVersion":"v1","kind":"ConfigMap",""", output.Lines[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_WatchedKindsAtOnce_IsAWrongCommandLine() => Assert.Equal(64, (await RunAsync("get", "vs,dr", "-w")).ExitCode);

    [Fact]
    public async Task Apply_Prune_TakesAwayWhatItAppliedAndNothingElse()
    {
        await RunAsync("apply", "-f", Write("all.yaml", Map("a", "1", "team: x"), Map("b", "1", "team: x"), Map("c", "1", "team: z")));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _mesh.ApiAddress };
        using var foreign = new StringContent("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"foreign","labels":{"team":"x"}}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var created = await http.PostAsync(new Uri("/api/v1/namespaces/default/configmaps", UriKind.Relative), foreign, Cancellation);
        Assert.True(created.IsSuccessStatusCode);
        var fewer = Write("fewer.yaml", Map("a", "1", "team: x"));

        var dry = await RunAsync("apply", "-f", fewer, "--prune", "-l", "team=x", "--dry-run", "server");
        var labelled = await RunAsync("apply", "-f", fewer, "--prune", "-l", "team=x");
        var left = await RunAsync("get", "configmaps", "-o", "name");
        var all = await RunAsync("apply", "-f", fewer, "--prune", "--all");
        var end = await RunAsync("get", "configmaps", "-o", "name");

        Assert.Equal("configmap/b pruned (server dry run)", dry.Lines[1]);
        Assert.Equal(["configmap/a unchanged", "configmap/b pruned", ""], labelled.Lines);
        Assert.Equal("configmap/a configmap/c configmap/foreign ", string.Join(" ", left.Lines));
        Assert.Equal("configmap/c pruned", all.Lines[1]);
        Assert.Equal(["configmap/a", "configmap/foreign", ""], end.Lines);
        Assert.Equal("reviews", (await RunAsync("get", "service/reviews", "-o", "jsonpath={.metadata.name}")).Out);
    }

    [Fact]
    public async Task Apply_PruneAfterAFailure_TakesNothingAway()
    {
        await RunAsync("apply", "-f", Write("all.yaml", Map("a", "1"), Map("b", "1")));
        var broken = Write("broken.yaml", Map("a", "1"), "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec: {hosts: []}");

        var run = await RunAsync("apply", "-f", broken, "--prune", "--all");
        var unsaid = await RunAsync("apply", "-f", broken, "--prune");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nothing was taken away", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("get", "configmap/b")).ExitCode);
        Assert.Equal(64, unsaid.ExitCode);
    }

    private static string Map(string name, string value, string labels = "") => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}, labels: { {{labels}} } }
        data: {key: "{{value}}"}
        """;

    private static Task SeesAsync(LiveText output, Func<string[], bool> reached) =>
        Eventually.ReachesAsync("the watch shows it", () => reached(output.Lines), () => string.Join('\n', output.Lines), cancellationToken: Cancellation);

    private string Write(string name, params string[] documents)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, string.Join("\n---\n", documents));
        return path;
    }

    private Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", _mesh.ApiAddress.ToString()]);
}
