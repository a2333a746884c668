using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mesh.Testing.Peers;

/// <summary>A foreign program that a test needs. Missing: the test skips with the install command, or fails when <c>MESH_REQUIRE_PEERS=1</c>.</summary>
public sealed class Peer
{
    private static readonly ConcurrentDictionary<Peer, bool> Available = new();
    private readonly string _name;
    private readonly string _install;
    private readonly Func<bool> _probe;

    private Peer(string name, string install, Func<bool> probe)
    {
        _name = name;
        _install = install;
        _probe = probe;
    }

    /// <summary>Debian's Python with gRPC; use <see cref="PythonPath"/>, another python3 may come first on PATH.</summary>
    public static Peer PythonGrpc { get; } = new(
        "python3-grpcio",
        "apt-get install -y python3-grpcio python3-protobuf protobuf-compiler libprotobuf-dev",
        () => Succeeds(PythonPath, "-c", "import grpc, google.protobuf"));

    /// <summary>@grpc/grpc-js and @grpc/grpc-js-xds under <see cref="NodeModules"/>; their .proto files too.</summary>
    public static Peer NodeGrpcXds { get; } = new(
        "@grpc/grpc-js-xds",
        "npm install --prefix artifacts/peers @grpc/grpc-js @grpc/grpc-js-xds @grpc/proto-loader",
        () => Directory.Exists(Path.Combine(NodeModules, "@grpc", "grpc-js-xds")) && Succeeds("node", "--version"));

    /// <summary>The command-line tool of OpenSSL, 1.1.1 or later.</summary>
    public static Peer OpenSsl { get; } = new("openssl", "apt-get install -y openssl", () => Succeeds("openssl", "version"));

    /// <summary>PostgreSQL's server programs, 14 or later; no cluster of the system is touched.</summary>
    public static Peer PostgreSql { get; } = new("postgresql", "apt-get install -y postgresql", () => Postgres.PostgresServer.FindPrograms() is not null);

    /// <summary>Kubernetes' command line; <see cref="KubectlBinaries"/> says which ones there are.</summary>
    public static Peer Kubectl { get; } = new(
        "kubectl",
        "(mkdir -p artifacts/peers && cd artifacts/peers && apt-get download kubernetes-client && dpkg -x kubernetes-client_*.deb kubectl)",
        () => KubectlBinaries.All.Count > 0);

    /// <summary>The server that reads metrics; see <see cref="PrometheusServer"/>.</summary>
    public static Peer Prometheus { get; } = new(
        "prometheus",
        "(mkdir -p artifacts/peers && cd artifacts/peers && apt-get download prometheus && dpkg -x prometheus_*.deb prometheus)",
        () => PrometheusServer.FindBinary() is not null);

    /// <summary>A browser; see <see cref="Browser"/>.</summary>
    public static Peer Chromium { get; } = new("chromium", "apt-get install -y chromium", () => Browser.FindBinary() is not null);

    public static string PythonPath => "/usr/bin/python3";

    /// <summary>Where what the peers need is kept: <c>MESH_PEERS_DIR</c>, or <c>artifacts/peers</c> of the repository.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("MESH_PEERS_DIR") ?? Path.Combine(Repository.Root, "artifacts", "peers");

    /// <summary>Where the npm packages of the peers are.</summary>
    public static string NodeModules => Path.Combine(Folder, "node_modules");

    /// <summary>Call first in a test.</summary>
    public void Require()
    {
        if (Available.GetOrAdd(this, peer => peer._probe()))
        {
            return;
        }

        var message = $"{_name} is not installed: {_install}";
        if (Environment.GetEnvironmentVariable("MESH_REQUIRE_PEERS") == "1")
        {
            Xunit.Assert.Fail(message);
        }

        Xunit.Assert.Skip(message);
    }

    private static bool Succeeds(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            return process is not null && process.WaitForExit(TimeSpan.FromSeconds(20)) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
