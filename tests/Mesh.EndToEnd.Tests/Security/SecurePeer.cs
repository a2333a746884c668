using System.Text.Json;
using Mesh.Cli;
using Mesh.Cli.Output;
using Mesh.Testing.InProcess;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>A program of gRPC's own library with xDS credentials: resources from our control plane, certificates that <c>meshctl</c> writes to files.</summary>
internal sealed class SecurePeer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-peer-");
    private readonly CancellationTokenSource _renewal = new();
    private Task _renewing = Task.CompletedTask;
    private PeerProcess? _process;

    private SecurePeer()
    {
    }

    /// <param name="language"><c>python</c> or <c>node</c>.</param>
    /// <param name="mesh">Whose control plane and authority it uses.</param>
    /// <param name="account">Its identity.</param>
    /// <param name="target">Whom it calls.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="lifetime">Renewed at half of it; null for one certificate of the authority's default.</param>
    public static Task<SecurePeer> StartClientAsync(
        string language, InProcessMesh mesh, string account, string target, CancellationToken cancellationToken, TimeSpan? lifetime = null) =>
        StartAsync(language, "xds_client", [target, "secure"], mesh, account, lifetime, cancellationToken);

    /// <param name="language"><c>python</c> or <c>node</c>.</param>
    /// <param name="mesh">Whose control plane and authority it uses.</param>
    /// <param name="account">Its identity and the value of its label <c>app</c>.</param>
    /// <param name="address">Where it listens, IP and port.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static Task<SecurePeer> StartServerAsync(string language, InProcessMesh mesh, string account, string address, CancellationToken cancellationToken) =>
        StartAsync(language, "secure_server", [address], mesh, account, lifetime: null, cancellationToken);

    /// <summary>The answer of one call, or the status and its details after <c>!</c>.</summary>
    public async Task<string> CallAsync(string path, CancellationToken cancellationToken)
    {
        await _process!.SendLineAsync(JsonSerializer.Serialize(new { path, timeout = 20 }), cancellationToken);
        using var result = JsonDocument.Parse(await _process.WaitForAsync("RESULT ", TimeSpan.FromSeconds(60), cancellationToken));
        return result.RootElement.GetProperty("answers").EnumerateObject().Select(answer => answer.Name).SingleOrDefault()
            ?? "!" + result.RootElement.GetProperty("errors").EnumerateObject().Single().Name;
    }

    public string Describe() => _process!.Describe();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _renewal.CancelAsync();
        await _renewing;
        _renewal.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<SecurePeer> StartAsync(
        string language, string script, string[] arguments, InProcessMesh mesh, string account, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var peer = new SecurePeer();
        try
        {
            await peer.EnrolAsync(mesh, account, lifetime, cancellationToken);
            KeyValuePair<string, string>[] environment =
            [
                new("GRPC_XDS_BOOTSTRAP_CONFIG", peer.Bootstrap(mesh, account)),

                // grpc-js-xds passes RBAC filters by unless told otherwise.
                new("GRPC_XDS_EXPERIMENTAL_RBAC", "true"),
            ];
            peer._process = language == "python"
                ? PeerProcess.StartPython(script + ".py", arguments, environment)
                : PeerProcess.StartNode(script + ".js", arguments, environment);
            await peer._process.WaitForAsync("READY", cancellationToken: cancellationToken);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    private async Task EnrolAsync(InProcessMesh mesh, string account, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        string[] issue = ["certificate", "issue", "--token", mesh.TokenOf(account), "--ca", mesh.SecureAddress.ToString(), "--out", _folder.FullName];
        using var error = new StringWriter();
        var code = await MeshCtl.RunAsync(issue, Terminal(error), cancellationToken);
        Assert.True(code == 0, error.ToString());
        if (lifetime is { } life)
        {
            _renewing = MeshCtl.RunAsync([.. issue, "--ttl", $"{life.TotalSeconds}s", "--watch"], Terminal(TextWriter.Null), _renewal.Token);
        }
    }

    private static Terminal Terminal(TextWriter error) => new(TextWriter.Null, error, IsColored: false, _ => null);

    /// <summary>What istiod's agent writes for proxyless workloads.</summary>
    private string Bootstrap(InProcessMesh mesh, string account) => JsonSerializer.Serialize(new
    {
        xds_servers = new[]
        {
            new { server_uri = mesh.XdsAddress.Authority, channel_creds = new[] { new { type = "insecure" } }, server_features = new[] { "xds_v3" } },
        },
        node = new
        {
            id = $"sidecar~127.0.0.1~{account}.default~default.svc.cluster.local",
            cluster = "peers",
            locality = new { region = "r", zone = "z" },
            metadata = new
            {
                GENERATOR = "grpc",
                NAMESPACE = "default",
                SERVICE_ACCOUNT = account,
                LABELS = new Dictionary<string, string> { ["app"] = account, ["security.istio.io/tlsMode"] = "istio" },
            },
        },
        certificate_providers = new Dictionary<string, object>
        {
            ["default"] = new
            {
                plugin_name = "file_watcher",
                config = new
                {
                    certificate_file = Path.Combine(_folder.FullName, "cert-chain.pem"),
                    private_key_file = Path.Combine(_folder.FullName, "key.pem"),
                    ca_certificate_file = Path.Combine(_folder.FullName, "root-cert.pem"),
                    refresh_interval = "1s",
                },
            },
        },
        server_listener_resource_name_template = "xds.istio.io/grpc/lds/inbound/%s",
    });
}
