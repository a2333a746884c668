using Mesh.Testing.InProcess;

namespace Mesh.Cli.Tests.Configuration;

/// <summary><c>apply</c>, <c>get</c>, <c>edit</c>, <c>delete</c> and <c>diff</c> against a control plane of their own.</summary>
public sealed class ConfigurationTests : IAsyncLifetime
{
    private const string Route = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - route:
            - destination: {host: reviews, subset: v1}
        """;

    private const string Broken = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: broken}
        spec:
          hosts: [broken]
          http:
          - route:
            - destination: {host: reviews, port: {number: 99999}}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-files-");
    private InProcessMesh _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Apply_TheSameTwiceAndThenAnother_IsCreatedUnchangedAndConfigured()
    {
        var file = Write("reviews.yaml", Route);

        var created = await RunAsync("apply", "-f", file);
        var unchanged = await RunAsync("apply", "-f", file);
        var configured = await RunAsync("apply", "-f", Write("reviews.yaml", Route.Replace("v1}", "v2}", StringComparison.Ordinal)));

        Assert.Equal("virtualservice.networking.istio.io/reviews created", created.Out.Trim());
        Assert.Equal("virtualservice.networking.istio.io/reviews unchanged", unchanged.Out.Trim());
        Assert.Equal("virtualservice.networking.istio.io/reviews configured", configured.Out.Trim());
    }

    [Fact]
    public async Task Apply_OfSeveralWithABadOne_AppliesTheOthersAndTellsTheErrorAtTheEnd()
    {
        var run = await RunAsync("apply", "-f", Write("a.yaml", Broken), "-f", Write("b.yaml", Route));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("virtualservice.networking.istio.io/reviews created", run.Out.Trim());
        Assert.Contains("a.yaml:1: VirtualService broken: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("port", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_OfAFileThatIsNoYaml_DoesNothingAndSaysWhere()
    {
        var run = await RunAsync("apply", "-f", Write("good.yaml", Route), "-f", Write("bad.yaml", "a: [\n"));

        Assert.Equal(65, run.ExitCode);
        Assert.Contains("bad.yaml:", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("get", "vs", "reviews")).ExitCode);
    }

    [Theory]
    [InlineData("client", "validated (client dry run)")]
    [InlineData("server", "created (server dry run)")]
    public async Task Apply_DryRun_ChangesNothing(string mode, string said)
    {
        var run = await MeshCtlRun.StartAsync(["apply", "-f", "-", "--dry-run", mode, "--server", _mesh.ApiAddress.ToString()], Route, _ => null);

        Assert.Equal((0, $"virtualservice.networking.istio.io/reviews {said}"), (run.ExitCode, run.Out.Trim()));
        Assert.Equal(1, (await RunAsync("get", "vs/reviews")).ExitCode);
    }

    [Fact]
    public async Task Get_ByShortName_PrintsTheTableOfTheServer()
    {
        await RunAsync("apply", "-f", Write("reviews.yaml", Route));

        var one = await RunAsync("get", "vs", "reviews");
        var all = await RunAsync("get", "virtualservices.networking.istio.io,dr", "-A");
        var none = await RunAsync("get", "serviceentries");

        Assert.StartsWith("NAME", one.Lines[0], StringComparison.Ordinal);
        Assert.Contains("HOSTS", one.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("reviews", one.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("NAMESPACE", all.Lines[0], StringComparison.Ordinal);
        Assert.Contains("destinationrule.networking.istio.io/reviews", all.Out, StringComparison.Ordinal);
        Assert.Equal((0, "", "No resources found in default namespace."), (none.ExitCode, none.Out, none.Error.Trim()));
    }

    [Fact]
    public async Task Get_AsJsonAndName_IsTheObjectAsTheServerHasIt()
    {
        await RunAsync("apply", "-f", Write("reviews.yaml", Route));

        var json = (await RunAsync("get", "virtualservice/reviews", "-o", "json")).Json;
        var list = (await RunAsync("get", "vs", "-o", "json")).Json;
        var name = await RunAsync("get", "vs", "-o", "name");

        Assert.Equal("v1", json["spec"]!["http"]![0]!["route"]![0]!["destination"]!["subset"]!.ToString());
        Assert.Null(json["metadata"]!["managedFields"]);
        Assert.Equal(("List", "VirtualService"), (list["kind"]!.ToString(), list["items"]![0]!["kind"]!.ToString()));
        Assert.Equal("virtualservice.networking.istio.io/reviews", name.Out.Trim());
    }

    [Fact]
    public async Task Get_OfAKindNobodyServes_NamesThoseThatAre()
    {
        var run = await RunAsync("get", "unicorns");

        Assert.Equal(64, run.ExitCode);
        Assert.Contains("virtualservices", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_OfWhatIsThereAndOfWhatIsNot_IsAUnifiedDiffAndItsExitCode()
    {
        var file = Write("reviews.yaml", Route);
        await RunAsync("apply", "-f", file);

        var same = await RunAsync("diff", "-f", file);
        var other = await RunAsync("diff", "-f", Write("reviews.yaml", Route.Replace("v1}", "v2}", StringComparison.Ordinal)));

        Assert.Equal((0, ""), (same.ExitCode, same.Out));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains(other.Lines, line => line.StartsWith('-') && line.EndsWith("subset: v1", StringComparison.Ordinal));
        Assert.Contains(other.Lines, line => line.StartsWith('+') && line.EndsWith("subset: v2", StringComparison.Ordinal));
        Assert.Equal(2, (await RunAsync("diff", "-f", Write("broken.yaml", Broken))).ExitCode);
    }

    [Fact]
    public async Task Delete_ByNameAndByFile_TakesThemAway()
    {
        var file = Write("reviews.yaml", Route);
        await RunAsync("apply", "-f", file);

        var byName = await RunAsync("delete", "vs", "reviews");
        var gone = await RunAsync("delete", "vs", "reviews");
        var ignored = await RunAsync("delete", "-f", file, "--ignore-not-found");
        var tooMuch = await RunAsync("delete", "dr");

        Assert.Equal("virtualservice.networking.istio.io \"reviews\" deleted", byName.Out.Trim());
        Assert.Equal(1, gone.ExitCode);
        Assert.Equal((0, "virtualservice.networking.istio.io/reviews not found"), (ignored.ExitCode, ignored.Out.Trim()));
        Assert.Equal(64, tooMuch.ExitCode);
    }

    [Fact]
    public async Task Edit_ByAnEditor_WritesBackWhatWasSaved()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The editor of this test is sed.");
        }

        await RunAsync("apply", "-f", Write("reviews.yaml", Route));

        var edited = await EditAsync("sed -i 's/subset: v1/subset: v2/'");
        var nothing = await EditAsync("true");
        var refused = await EditAsync("sed -i 's/host: reviews/hosts: reviews/'");

        Assert.Equal("virtualservice.networking.istio.io/reviews edited", edited.Out.Trim());
        Assert.Contains("no changes made", nothing.Error, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("hosts", refused.Error, StringComparison.Ordinal);
        Assert.Equal("v2", (await RunAsync("get", "vs", "reviews", "-o", "json")).Json["spec"]!["http"]![0]!["route"]![0]!["destination"]!["subset"]!.ToString());
    }

    private Task<MeshCtlRun> EditAsync(string editor) =>
        MeshCtlRun.StartAsync(["edit", "vs", "reviews", "--server", _mesh.ApiAddress.ToString()], "", name => name == "EDITOR" ? editor : null);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", _mesh.ApiAddress.ToString()]);
}
