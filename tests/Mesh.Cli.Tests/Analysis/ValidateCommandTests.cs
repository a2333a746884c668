namespace Mesh.Cli.Tests.Analysis;

/// <summary>What scripts and people see of <c>meshctl validate</c>.</summary>
public sealed class ValidateCommandTests : IDisposable
{
    private const string Sound = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}
        """;

    private const string Broken = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - route:
            - destination: {host: "*"}
              weight: -2
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-validate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Validate_Json_ListsEveryDocumentWithAllItsErrors()
    {
        var file = Write("all.yaml", $"{Sound}\n---\n{Broken}\n");

        var run = await MeshCtlRun.StartAsync("validate", "-f", file, "-o", "json");

        var documents = run.Json.AsArray();
        Assert.Equal(2, documents.Count);
        Assert.Equal(["file", "document", "kind", "name", "valid", "errors", "warnings"], documents[0]!.AsObject().Select(field => field.Key));
        Assert.Equal((file, 1, "Service", "reviews", true), ((string)documents[0]!["file"]!, (int)documents[0]!["document"]!, (string)documents[0]!["kind"]!, (string)documents[0]!["name"]!, (bool)documents[0]!["valid"]!));
        Assert.Equal((2, "VirtualService", false), ((int)documents[1]!["document"]!, (string)documents[1]!["kind"]!, (bool)documents[1]!["valid"]!));
        var errors = documents[1]!["errors"]!.AsArray().Select(error => (string)error!).ToArray();
        Assert.Equal(2, errors.Length);
        Assert.StartsWith($"{file}:13:", errors[0], StringComparison.Ordinal);
        Assert.Contains("spec.http[0].route[0].destination.host: ", errors[0], StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Validate_Text_HasALineForEachDocumentAndEachFault()
    {
        var run = await MeshCtlRun.StartAsync(["validate", "-f", "-"], $"{Sound}\n---\n{Broken}\n", _ => null);

        Assert.Equal(["-: Service reviews: valid", "-: VirtualService reviews: invalid"], run.Out.Split('\n').Where(line => line.StartsWith('-')));
        Assert.Equal(2, run.Out.Split('\n').Count(line => line.StartsWith("  error: -:1", StringComparison.Ordinal)));
        Assert.Equal("1 valid, 1 invalid.\n", run.Error);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Validate_SoundFolder_IsFine()
    {
        Write("a.yaml", Sound);
        Write("b.json", """{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}, "spec": {"ports": [{"port": 80}]}}""");

        var run = await MeshCtlRun.StartAsync("validate", "-f", _folder.FullName, "-o", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.All(run.Json.AsArray(), document => Assert.True((bool)document!["valid"]!));
        Assert.Equal(2, run.Json.AsArray().Count);
    }

    [Fact]
    public async Task Validate_NoYaml_HasAnExitCodeOfItsOwn()
    {
        var run = await MeshCtlRun.StartAsync("validate", "-f", Write("a.yaml", $"{Broken}\n---\nkind: [\n"), "-o", "json");

        Assert.Equal(65, run.ExitCode);
        Assert.False((bool)run.Json[1]!["valid"]!);
    }

    [Fact]
    public async Task Validate_NoFile_IsAUsageError() => Assert.Equal(64, (await MeshCtlRun.StartAsync("validate")).ExitCode);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
