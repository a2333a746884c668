using System.IO.Compression;

namespace Mesh.Cli.Tests.Session;

/// <summary>Contexts, tokens, completion, versions and the bundle.</summary>
public sealed class SessionTests(LiveMesh mesh) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-session-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Context_SetUsedAndDeleted_SaysWhereCommandsAsk()
    {
        await RunAsync("context", "set", "here", "--server", mesh.Mesh.ApiAddress.ToString(), "-n", "default");
        await RunAsync("context", "set", "nowhere", "--server", "http://127.0.0.1:1");

        var list = (await RunAsync("context", "list", "-o", "json")).Json["items"]!.AsArray();
        var status = await RunAsync("status");
        var other = await RunAsync("status", "--context", "nowhere");
        var unknown = await RunAsync("status", "--context", "no");
        await RunAsync("context", "use", "nowhere");
        var switched = await RunAsync("status");
        await RunAsync("context", "delete", "nowhere");

        Assert.Equal(["here", "nowhere"], list.Select(entry => entry!["name"]!.ToString()));
        Assert.True(list[0]!["current"]!.GetValue<bool>());
        Assert.Equal([0, 1, 64, 1], [status.ExitCode, other.ExitCode, unknown.ExitCode, switched.ExitCode]);
        Assert.Equal("here", Assert.Single((await RunAsync("context", "list", "-o", "name")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Trim());
    }

    [Fact]
    public async Task Login_WithAToken_KeepsItForTheOwnerAloneUntilLogout()
    {
        var server = mesh.Mesh.ApiAddress.ToString();
        var token = (await mesh.RunAsync("api-token", "create", "ann", "--role", "viewer")).Out.Trim();

        var login = await MeshCtlRun.StartAsync(["login", "work", "--server", server], token + "\n", Variable);
        var who = (await RunAsync("whoami", "-o", "json")).Json;
        var file = Path.Combine(_folder.FullName, "tokens", "work.token");
        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);
        var bad = await MeshCtlRun.StartAsync(["login", "other", "--server", server], "mesh_a.b.c\n", Variable);
        var logout = await RunAsync("logout");

        Assert.Equal(0, login.ExitCode);
        Assert.Equal(("ann", "context work"), (who["name"]!.ToString(), who["tokenFrom"]!.ToString()));
        Assert.True(OperatingSystem.IsWindows() || mode == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal(0, logout.ExitCode);
        Assert.False(File.Exists(file));
        Assert.DoesNotContain(token, login.Out + login.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[suggest:5]", "proxy", "proxy-config")]
    [InlineData("[suggest:19]", "proxy-config route ", "web")]
    [InlineData("[suggest:4]", "get ", "virtualservices")]
    public async Task Suggest_OfALine_NamesCommandsAndWhatTheMeshHas(string directive, string line, string expected)
    {
        await RunAsync("context", "set", "here", "--server", mesh.Mesh.ApiAddress.ToString());
        await RunAsync("status");

        MeshCtlRun? run = null;
        await Testing.Eventually.ReachesAsync(
            "the API answers within its budget",
            async () => (run = await RunAsync(directive, line)).Out.Contains(expected, StringComparison.Ordinal),
            () => $"{run?.ExitCode} {run?.Out} {run?.Error}",
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(run!.Lines, name => name == expected);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _meshctl meshctl")]
    [InlineData("zsh", "#compdef meshctl")]
    [InlineData("fish", "complete -c meshctl")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_OfAShell_IsItsScript(string shell, string expected) =>
        Assert.Contains(expected, (await RunAsync("completion", shell)).Out, StringComparison.Ordinal);

    [Fact]
    public async Task Version_ShortAndLong_TellsBoth()
    {
        var short_ = await RunAsync("version", "--short", "--server", "http://127.0.0.1:1");
        var json = (await mesh.RunAsync("version", "-o", "json")).Json;

        Assert.Equal((0, ""), (short_.ExitCode, short_.Error));
        Assert.Equal(short_.Out.Trim(), json["client"]!.ToString());
        Assert.StartsWith(short_.Out.Trim(), json["controlPlane"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_OfTheMesh_HoldsWhatHelpsAndNoSecret()
    {
        var path = Path.Combine(_folder.FullName, "bundle.zip");

        var run = await mesh.RunAsync("diagnostics", "bundle", "--out", path);
        var again = await mesh.RunAsync("diagnostics", "bundle", "--out", path);

        Assert.Equal((0, path, 1), (run.ExitCode, run.Out.Trim(), again.ExitCode));
        await using var archive = await ZipFile.OpenReadAsync(path, TestContext.Current.CancellationToken);
        Assert.Superset(
            new HashSet<string> { "versions.json", "status.json", "checks.json", "clients.json", "edges.json", "configuration.json", "authority.json" },
            archive.Entries.Select(entry => entry.FullName).ToHashSet());
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(TestContext.Current.CancellationToken));
            var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.DoesNotContain("mesh_", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Dashboard_OfAContext_IsItsAddress() =>
        Assert.Equal("http://mesh.example:15014/", (await RunAsync("dashboard", "--server", "http://mesh.example:15014")).Out.Trim());

    private string? Variable(string name) => name == "MESH_CONFIG" ? _folder.FullName : null;

    private Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync(arguments, "", Variable);
}
