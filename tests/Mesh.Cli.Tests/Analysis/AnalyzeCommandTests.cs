namespace Mesh.Cli.Tests.Analysis;

/// <summary>What scripts and people see of <c>meshctl analyze</c>.</summary>
public sealed class AnalyzeCommandTests : IDisposable
{
    private const string Broken = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, namespace: shop}
        spec:
          hosts: [reviews.example.com]
          http:
          - route:
            - destination:
                host: nowhere
        """;

    private const string Doubtful = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: shop}
        spec: {selector: {app: reviews}, ports: [{name: web, port: 80}]}
        """;

    private const string Sound = """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: outside}
        spec: {hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{name: http, number: 80, protocol: HTTP}]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-analyze-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Analyze_Log_IsOneLineAsIstioctlWritesItAndTheExitCodeTells()
    {
        var file = Write("broken.yaml", Broken);

        var run = await MeshCtlRun.StartAsync("analyze", file);

        Assert.Equal($"""Error [IST0101] (VirtualService shop/reviews {file}:9) Referenced host not found: "nowhere" """.TrimEnd() + "\n", run.Out);
        Assert.Contains("Analyzers found issues", run.Error, StringComparison.Ordinal);
        Assert.Equal(79, run.ExitCode);
    }

    [Fact]
    public async Task Analyze_Json_IsOneArrayWithTheFieldsOfTheContract()
    {
        var file = Write("broken.yaml", Broken);

        var run = await MeshCtlRun.StartAsync("analyze", "-o", "json", file);

        var message = Assert.Single(run.Json.AsArray())!.AsObject();
        Assert.Equal(["code", "level", "message", "origin", "reference", "documentationUrl"], message.Select(field => field.Key));
        Assert.Equal("IST0101", (string?)message["code"]);
        Assert.Equal("Error", (string?)message["level"]);
        Assert.Equal("Referenced host not found: \"nowhere\"", (string?)message["message"]);
        Assert.Equal("VirtualService shop/reviews", (string?)message["origin"]);
        Assert.Equal($"{file}:9", (string?)message["reference"]);
        Assert.Equal("https://istio.io/latest/docs/reference/config/analysis/ist0101/", (string?)message["documentationUrl"]);
        Assert.Equal(79, run.ExitCode);
    }

    [Fact]
    public async Task Analyze_Yaml_IsTheSameArray()
    {
        var run = await MeshCtlRun.StartAsync("analyze", "-o", "yaml", Write("broken.yaml", Broken));

        Assert.StartsWith("- code: IST0101\n  level: Error\n  message: ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_NothingFound_SaysSoToPeopleAndGivesScriptsAnEmptyArray()
    {
        var file = Write("sound.yaml", Sound);

        var log = await MeshCtlRun.StartAsync("analyze", file);
        var json = await MeshCtlRun.StartAsync("analyze", file, "-o", "json");

        Assert.Equal((0, ""), (log.ExitCode, log.Out));
        Assert.Equal($"\n\u2714 No validation issues found when analyzing {file}.\n", log.Error);
        Assert.Equal((0, "[]\n", ""), (json.ExitCode, json.Out, json.Error));
    }

    [Theory]
    [InlineData(0, "IST0118")]
    [InlineData(79, "IST0118", "--failure-threshold", "Info")]
    [InlineData(0, "", "--output-threshold", "Warning")]
    [InlineData(79, "", "--output-threshold", "error", "--failure-threshold", "info")]
    [InlineData(0, "", "--suppress", "IST0118=Service *.shop")]
    [InlineData(0, "", "-S", "IST0118=Service shop/*")]
    [InlineData(0, "IST0118", "-S", "IST0118=Service *.other")]
    [InlineData(0, "", "-n", "other")]
    [InlineData(0, "IST0118", "-n", "shop")]
    [InlineData(0, "IST0118", "-n", "other", "-A")]
    [InlineData(0, "", "--analyzer", "virtualservice.DestinationHostAnalyzer")]
    [InlineData(0, "IST0118", "--analyzer", "service.PortNameAnalyzer", "--color=false", "--recursive", "--revision", "x", "--use-kube=false", "--timeout", "3s")]
    public async Task Analyze_Options_DecideWhatIsShownAndWhatFails(int exitCode, string shown, params string[] options)
    {
        var run = await MeshCtlRun.StartAsync(["analyze", Write("doubtful.yaml", Doubtful), .. options]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(shown.Length > 0, run.Out.Contains("[IST0118]", StringComparison.Ordinal));
        Assert.Equal(shown.Length == 0, run.Error.Contains("No validation issues found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Analyze_Folder_IsReadWithItsFoldersAsOne()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "deep"));
        Write("a.yaml", Broken);
        Write("deep/b.yml", Doubtful.Replace("name: reviews", "name: nowhere", StringComparison.Ordinal));
        Write("deep/README.md", "# not a resource");

        var run = await MeshCtlRun.StartAsync("analyze", _folder.FullName);

        Assert.DoesNotContain("IST0101", run.Out, StringComparison.Ordinal);
        Assert.Contains("IST0118", run.Out, StringComparison.Ordinal);
        Assert.Contains("Skipping file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_Piped_IsNamedByADash()
    {
        var run = await MeshCtlRun.StartAsync(["analyze", "-", "-o", "json"], Broken, _ => null);

        Assert.Equal("-:9", (string?)run.Json[0]!["reference"]);
    }

    [Fact]
    public async Task Analyze_TextThatIsNoResource_IsToldAndTheRestIsAnalyzed()
    {
        var file = Write("half.yaml", Doubtful + "\n---\nkind: [\n");

        var run = await MeshCtlRun.StartAsync("analyze", file);
        var lenient = await MeshCtlRun.StartAsync("analyze", file, "--ignore-unknown");

        Assert.Equal(65, run.ExitCode);
        Assert.Contains("IST0118", run.Out, StringComparison.Ordinal);
        Assert.Contains($"{file}:", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, lenient.ExitCode);
    }

    [Fact]
    public async Task Analyze_MeshConfigFile_CountsMoreThanTheConfigMap()
    {
        var resources = Write("telemetry.yaml", """
            apiVersion: telemetry.istio.io/v1
            kind: Telemetry
            metadata: {name: mesh, namespace: istio-system}
            spec: {accessLogging: [{disabled: false}]}
            """);
        var config = Write("mesh.yaml", "defaultProviders: {accessLogging: [envoy]}");

        var without = await MeshCtlRun.StartAsync("analyze", resources);
        var with = await MeshCtlRun.StartAsync("analyze", resources, "--meshConfigFile", config);

        Assert.Contains("IST0157", without.Out, StringComparison.Ordinal);
        Assert.Empty(with.Out);
    }

    [Fact]
    public async Task Analyze_OtherCluster_IsComparedWithThisOne()
    {
        var here = Write("here.yaml", Doubtful.Replace("name: web", "name: http", StringComparison.Ordinal));
        var there = Write("there.yaml", Doubtful.Replace("name: web", "name: http", StringComparison.Ordinal).Replace("port: 80", "port: 81", StringComparison.Ordinal));

        var run = await MeshCtlRun.StartAsync("analyze", here, "--cluster", $"west={there}", "--analyzer", "services.MultiClusterServiceAnalyzer");

        Assert.Contains("IST0170", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "expected files or folders", "--use-kube=false")]
    [InlineData(64, "there is no 'nobody'", "x.yaml", "--analyzer", "nobody")]
    [InlineData(64, "expected a code and a resource", "x.yaml", "-S", "IST0101")]
    [InlineData(64, "--cluster", "-", "--cluster", "west")]
    [InlineData(64, "--failure-threshold", "-", "--failure-threshold", "Fatal")]
    [InlineData(1, "no such file or folder", "missing.yaml")]
    public async Task Analyze_WrongCommandLine_SaysWhatIsWrong(int exitCode, string expected, params string[] arguments)
    {
        var run = await MeshCtlRun.StartAsync(["analyze", .. arguments]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Analyze_UnknownSuppressedCode_IsAWarning()
    {
        var run = await MeshCtlRun.StartAsync("analyze", Write("sound.yaml", Sound), "-S", "IST9999=Pod *");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("'IST9999' is an unknown message code", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_List_NamesEveryAnalyzerWithASentence()
    {
        var run = await MeshCtlRun.StartAsync("analyze", "-L");

        Assert.Contains("* virtualservice.DestinationHostAnalyzer:\n    Checks", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Analyze_TerminalSequencesInAName_AreNotPassedOn()
    {
        var run = await MeshCtlRun.StartAsync("analyze", Write("a.yaml", Broken.Replace("nowhere", "\"x\\x1b[2Jy\"", StringComparison.Ordinal)));

        Assert.DoesNotContain('\e', run.Out);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
