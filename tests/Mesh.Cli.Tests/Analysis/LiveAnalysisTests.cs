using Mesh.Testing.InProcess;

namespace Mesh.Cli.Tests.Analysis;

/// <summary><c>meshctl analyze</c> of what a control plane has, alone and with files in place of what they name.</summary>
public sealed class LiveAnalysisTests : IAsyncLifetime
{
    private const string Broken = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - route:
            - destination: {host: nowhere}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-live-");
    private InProcessMesh _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await InProcessMesh.StartAsync($"{ReviewsResources.Service}\n---\n{Broken}", Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Analyze_WithoutFiles_TellsWhatIsWrongInTheMesh()
    {
        var log = await RunAsync("analyze", "--analyzer", "virtualservice.DestinationHostAnalyzer");
        var json = (await RunAsync("analyze", "-o", "json", "--analyzer", "virtualservice.DestinationHostAnalyzer")).Json;

        Assert.Equal(79, log.ExitCode);
        Assert.Equal("Error [IST0101] (VirtualService default/reviews) Referenced host not found: \"nowhere\"\n", log.Out);
        Assert.Null(json[0]!["reference"]);
    }

    [Fact]
    public async Task Analyze_OfNamespacesThatNobodyWrote_SaysNothingOfThem() => Assert.DoesNotContain("IST0102", (await RunAsync("analyze")).Out, StringComparison.Ordinal);

    [Fact]
    public async Task Analyze_WithAFileThatMends_AnalyzesTheMeshAsItWouldBe()
    {
        var mended = Write("reviews.yaml", Broken.Replace("nowhere", "reviews", StringComparison.Ordinal));

        var mixed = await RunAsync("analyze", "--use-kube", mended);
        var alone = await RunAsync("analyze", mended);

        Assert.DoesNotContain("IST0101", mixed.Out, StringComparison.Ordinal);
        Assert.Contains("IST0101", alone.Out, StringComparison.Ordinal);
        Assert.Contains("\"reviews\"", alone.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_OfAServiceThatOnlyRegistered_KnowsItAndItsSubsets()
    {
        await _mesh.StartServiceAsync("ratings", "v1", _ => { }, Cancellation);
        var file = Write("ratings.yaml", """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: ratings}
            spec:
              host: ratings
              subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: ratings}
            spec:
              hosts: [ratings]
              http: [{route: [{destination: {host: ratings, subset: v1}}]}]
            """);

        await Testing.Eventually.ReachesAsync(
            "the service is known",
            async () => !(await RunAsync("analyze", "-k", file)).Out.Contains("Referenced host not found: \"ratings\"", StringComparison.Ordinal),
            cancellationToken: Cancellation);
        var run = await RunAsync("analyze", "-k", file);

        Assert.Contains("ratings", run.Out, StringComparison.Ordinal);
        Assert.Contains("v2", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("v1", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_OfAControlPlaneThatIsAway_SaysSo()
    {
        var run = await MeshCtlRun.StartAsync("analyze", "--server", "http://127.0.0.1:1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot be asked", run.Error, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }

    private Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", _mesh.ApiAddress.ToString()]);
}
