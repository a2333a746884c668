using Mesh.ControlPlane.Storage.Postgres;

namespace Mesh.ControlPlane.Hosting.Database;

/// <summary>Opens the database that the settings name.</summary>
internal static class DatabaseConnection
{
    private const long LongestFile = 64 * 1024;

    /// <summary>Null when the settings name none.</summary>
    /// <exception cref="IOException">It cannot be used; the message says why, without its secrets.</exception>
    public static async Task<PostgresDatabase?> OpenAsync(
        MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Store != ControlPlaneStore.Postgres)
        {
            return null;
        }

        var postgres = options.Postgres;
        var settings = new PostgresSettings
        {
            ConnectionString = postgres.ConnectionFile is { Length: > 0 } file ? await ReadAsync(file, cancellationToken) : postgres.Connection!,
            SealKeyFile = postgres.SealKeyFile,
            MaxPoolSize = postgres.MaxConnections,
            KeepFor = postgres.KeepChangesFor,
            KeepChanges = postgres.KeepChanges,
            PollInterval = postgres.PollInterval,
            StartTimeout = postgres.StartTimeout,
        };
        return await PostgresDatabase.OpenAsync(settings, loggers.CreateLogger<PostgresDatabase>(), time, RandomSource.Default, cancellationToken);
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(path).Length;
            var text = length <= LongestFile ? (await File.ReadAllTextAsync(path, cancellationToken)).Trim() : "";
            return PostgresConnectionString.Check(text) is { } error ? throw new DatabaseException($"{path}: {error}.") : text;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException and not DatabaseException)
        {
            throw new DatabaseException($"The file of the connection string cannot be read: {exception.Message} Name one that holds it (--connection-file FILE).", exception);
        }
    }
}
