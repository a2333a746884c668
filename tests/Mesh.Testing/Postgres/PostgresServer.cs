using System.Globalization;
using Mesh.Testing.Peers;
using Npgsql;

namespace Mesh.Testing.Postgres;

/// <summary>A PostgreSQL server of the test's own, on a socket in a temporary folder: started when first asked for, gone with the test process.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "mesh";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mesh-pg-{Guid.NewGuid():N}"[..16]);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private PeerProcess? _process;
    private bool _isMade;
    private int _databases;

    /// <summary>Where initdb and postgres are; null when they are not installed.</summary>
    public static string? FindPrograms()
    {
        const string root = "/usr/lib/postgresql";
        return Directory.Exists(root)
            ? Directory.EnumerateDirectories(root)
                .Select(folder => Path.Combine(folder, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
                .Order(StringComparer.Ordinal)
                .LastOrDefault()
            : null;
    }

    /// <summary>A new, empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync(ConnectionString("postgres"), $"create database {name}", cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Starts the server, or starts it again; nothing happens while it runs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_process is not null)
            {
                return;
            }

            Peer.PostgreSql.Require();
            await MakeAsync(cancellationToken);
            var process = PeerProcess.Start("/bin/sh", ["-c", RunScript(), "sh"]);
            _process = process;
            await process.WaitForLineAsync(line => line.Contains("ready to accept connections", StringComparison.Ordinal), TimeSpan.FromSeconds(60), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends the server at once, as a crash does: what was committed stays.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_process is { } process)
            {
                _process = null;
                process.CloseInput();
                await process.WaitForExitAsync(cancellationToken: cancellationToken);
                await process.DisposeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Runs one statement as an administrator.</summary>
    public static async Task<object?> ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        if (_isMade)
        {
            Directory.Delete(_folder, recursive: true);
        }

        _gate.Dispose();
    }

    private static string Quote(string text) => $"'{text}'";

    private string ConnectionString(string database) => $"Host={_folder};Username={User};Database={database};GSS Encryption Mode=Disable";

    /// <summary>PostgreSQL does not run as root: there it gets the user that its package made, or nobody.</summary>
    private static string AsUser()
    {
        if (Environment.UserName != "root")
        {
            return "";
        }

        var user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        return $"setpriv --reuid={user} --regid=$(id -g {user}) --clear-groups ";
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (_isMade)
        {
            return;
        }

        var owner = AsUser();
        var give = owner.Length == 0 ? "" : $"chown {owner.Split('=', ' ')[2]} {Quote(_folder)}; ";
        var script = $"set -e; mkdir {Quote(_folder)}; chmod 755 {Quote(_folder)}; {give}cd {Quote(_folder)}; "
            + $"{owner}{FindPrograms()}/initdb -D data -U {User} -A trust -E UTF8 --locale=C --no-sync >/dev/null";
        await using var made = PeerProcess.Start("/bin/sh", ["-c", script]);
        await made.WaitForExitAsync(timeout: TimeSpan.FromSeconds(120), cancellationToken: cancellationToken);
        _isMade = true;
    }

    /// <summary>Ends with its standard input, so that no server is left behind by a test process that was killed.</summary>
    private string RunScript() =>
        $"cd {Quote(_folder)}; exec 3<&0; {AsUser()}{FindPrograms()}/postgres -D data -k {Quote(_folder)} -c listen_addresses= -c fsync=off -c full_page_writes=off "
        + "-c max_connections=300 -c shared_buffers=32MB -c max_wal_size=256MB </dev/null 2>&1 & pid=$!; read -r _ <&3; kill -QUIT $pid; wait $pid; exit 0";
}
