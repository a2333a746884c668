using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.ControlPlane;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Cli.Tests;

/// <summary>The commands against a real control plane.</summary>
public sealed class MeshCtlTests : IAsyncLifetime
{
    private const string Resources = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: default}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        """;

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("meshctl-state-");
    private IHost _host = null!;

    private MeshControlPlaneAddresses Addresses => _host.Services.GetRequiredService<MeshControlPlaneAddresses>();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddMeshControlPlane(options =>
        {
            options.XdsPort = 0;
            options.HttpPort = 0;
            options.StateFolder = _state.FullName;
            options.Resources.Add(Resources);
        });
        _host = builder.Build();
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _state.Delete(recursive: true);
    }

    [Fact]
    public async Task Token_CreatedListedAndRevoked_IsShownOnceAndThenNamedOnly()
    {
        var created = await RunAsync("token", "create", "-n", "default", "-s", "reviews", "--ttl", "10m");
        var token = created.Out.Trim();
        var listed = JsonNode.Parse((await RunAsync("token", "list", "-o", "json")).Out)!;
        var id = listed["items"]![0]!["id"]!.ToString();
        var revoked = await RunAsync("token", "revoke", id);
        var after = await RunAsync("token", "list", "-o", "name");

        Assert.StartsWith("mesh_", token, StringComparison.Ordinal);
        Assert.Contains(id, token, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[1], listed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("reviews", listed["items"]![0]!["serviceAccount"]!.ToString());
        Assert.Equal(0, revoked.ExitCode);
        Assert.Empty(after.Out);
    }

    [Fact]
    public async Task Audit_ListedVerifiedAndExported_HasWhatWasDone()
    {
        await RunAsync("token", "create", "-n", "default", "-s", "reviews");
        var verified = await RunAsync("audit", "verify", "-o", "json");
        var verdict = JsonNode.Parse(verified.Out)!;
        var head = $"{verdict["last"]}:{verdict["head"]}";
        await RunAsync("token", "create", "-n", "default", "-s", "ratings");
        var listed = JsonNode.Parse((await RunAsync("audit", "list", "--action", "write", "-o", "json")).Out)!["items"]!.AsArray();
        var exported = await RunAsync("audit", "export");
        var again = await RunAsync("audit", "verify", "--head", head);
        var rewritten = await RunAsync("audit", "verify", "--head", $"{verdict["last"]}:{new string('0', 64)}");

        Assert.Equal(2, listed.Count);
        Assert.Equal("POST", listed[0]!["operation"]!.ToString());
        Assert.Equal(2, exported.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains("\"Write\"", StringComparison.Ordinal)));
        Assert.Equal((0, 0, 1), (verified.ExitCode, again.ExitCode, rewritten.ExitCode));
        Assert.Contains("rewritten", rewritten.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_IssuedByToken_IsInFilesForTheOwnerAlone()
    {
        var token = (await RunAsync("token", "create", "-n", "default", "-s", "reviews")).Out.Trim();
        var folder = Path.Combine(_state.FullName, "out");

        var issued = await RunAsync("certificate", "issue", "--token", token, "--out", folder, "--ca", Addresses.SecureAddress.ToString());

        Assert.Equal("", issued.Out);
        Assert.Equal(0, issued.ExitCode);
        using var leaf = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert-chain.pem"), Path.Combine(folder, "key.pem"));
        Assert.True(leaf.HasPrivateKey);
        Assert.Contains("BEGIN CERTIFICATE", await File.ReadAllTextAsync(Path.Combine(folder, "root-cert.pem"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "key.pem")));
        }
    }

    [Fact]
    public async Task Certificate_OfAnotherControlPlane_IsNotAskedFor()
    {
        var token = (await RunAsync("token", "create", "-n", "default", "-s", "reviews")).Out.Trim();
        var foreign = token[..(token.LastIndexOf('.') + 1)] + new string('A', 43);

        var issued = await RunAsync("certificate", "issue", "--token", foreign, "--out", Path.Combine(_state.FullName, "no"), "--ca", Addresses.SecureAddress.ToString());

        Assert.Equal(1, issued.ExitCode);
        Assert.Contains("none of the roots", issued.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authority_RootChangedInThreeSteps_ShowsEachStep()
    {
        var added = JsonNode.Parse((await RunAsync("ca", "add-root", "-o", "json")).Out)!;
        var reissued = JsonNode.Parse((await RunAsync("ca", "reissue", "-o", "json")).Out)!;
        var dropped = JsonNode.Parse((await RunAsync("ca", "drop-root", "-o", "json")).Out)!;

        Assert.Equal(["issuing", "pending"], States(added));
        Assert.Equal(["issuing", "former"], States(reissued));
        Assert.Equal(["issuing"], States(dropped));
    }

    [Fact]
    public async Task Authority_StepOutOfOrder_IsAFailureThatSaysWhy()
    {
        var run = await RunAsync("ca", "reissue");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("meshctl: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task List_WithNothingInIt_LeavesStdoutEmpty()
    {
        var run = await RunAsync("clients");

        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.Equal("[]", JsonNode.Parse((await RunAsync("clients", "-o", "json")).Out)!["items"]!.ToJsonString());
    }

    [Theory]
    [InlineData("token", "create")]
    [InlineData("token", "create", "-n", "default", "-s", "reviews", "--ttl", "soon")]
    [InlineData("nonsense")]
    [InlineData("clients", "--server", "15014")]
    public async Task CommandLine_ThatIsWrong_IsAUsageError(params string[] arguments)
    {
        var run = await MeshCtlRun.StartAsync(arguments);

        Assert.Equal(64, run.ExitCode);
        Assert.StartsWith("meshctl: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatDoesNotAnswer_IsOneClearLine()
    {
        var run = await MeshCtlRun.StartAsync("clients", "--server", "http://127.0.0.1:1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--server", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "127.0.0.1:2")]
    [InlineData(false, "127.0.0.1:15014")]
    public async Task StateFolder_OfAControlPlaneThatWasKilled_IsNotBelieved(bool isAlive, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("meshctl-stale-");
        var pid = isAlive ? Environment.ProcessId : int.MaxValue;
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "control-plane.json"), $$"""{"http":"http://127.0.0.1:2","pid":{{pid}}}""", TestContext.Current.CancellationToken);

        var run = await MeshCtlRun.StartAsync("dashboard", "--state", folder.FullName);

        Assert.Contains(expected, run.Out + run.Error, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task S126_TokenFileThatOthersCanRead_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access lists instead of modes.");
            return;
        }

        var file = Path.Combine(_state.FullName, "open.token");
        await File.WriteAllTextAsync(file, "mesh_a.b.c", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var run = await RunAsync("clients", "--api-token", "@" + file);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("chmod 600", run.Error, StringComparison.Ordinal);
    }

    private static string[] States(JsonNode status) => [.. status["items"]!.AsArray().Select(root => root!["state"]!.ToString())];

    private Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", Addresses.HttpAddress.ToString()]);
}
