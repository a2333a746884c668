using System.Globalization;
using System.Reflection;
using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Brings the schema to the version of this program: one migration after another, by one replica at a time.</summary>
internal sealed class SchemaMigrator(ILogger logger)
{
    private const string ResourcePrefix = "Mesh.ControlPlane.Storage.Postgres.Migrations.";

    /// <summary>Any number, but the same in every version of this program.</summary>
    private const long LockKey = 0x4D65_7368_0001;

    private static readonly string[] Migrations =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The version that this program works with.</summary>
    public static int Newest => Migrations.Length;

    /// <exception cref="DatabaseException">A newer program has changed the schema.</exception>
    public async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"set local lock_timeout = '60s'; set local statement_timeout = '60s'; select pg_advisory_xact_lock({LockKey})", cancellationToken);
        var version = await VersionAsync(connection, cancellationToken);
        if (version > Newest)
        {
            throw new DatabaseException(
                $"The schema 'mesh' of the database is of version {version}, and this control plane knows versions up to {Newest}: a newer one has changed it. Run that newer version, or restore the backup from before its first start (docs/postgres.md).");
        }

        for (var next = version + 1; next <= Newest; next++)
        {
            await ExecuteAsync(connection, await ReadAsync(Migrations[next - 1], cancellationToken), cancellationToken);
            await ExecuteAsync(connection, $"insert into mesh.migration (version) values ({next})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        if (version < Newest)
        {
            PostgresLog.Migrated(logger, version, Newest);
        }
    }

    /// <summary>0 where there is none; the schema itself may have been made by an administrator, as making one takes a right of its own.</summary>
    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select to_regnamespace('mesh') is not null, to_regclass('mesh.migration') is not null";
        bool hasSchema, hasTable;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            (hasSchema, hasTable) = (reader.GetBoolean(0), reader.GetBoolean(1));
        }

        if (hasTable)
        {
            command.CommandText = "select coalesce(max(version), 0) from mesh.migration";
            return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        }

        var schema = hasSchema ? "" : "create schema mesh; ";
        await ExecuteAsync(connection, schema + "create table mesh.migration (version integer primary key, at timestamptz not null default clock_timestamp())", cancellationToken);
        return 0;
    }

    private static async Task<string> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 90;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
