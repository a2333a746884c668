using System.Data;
using Mesh.Config;
using Npgsql;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Reads configuration and its changes, each time as one consistent view.</summary>
internal static class ChangeReader
{
    public const int BatchSize = 1000;

    // The head and the changes of one statement are of one moment: what the head counts is in the table, and what is not was compacted.
    private const string ReadChanges = """
        select h.version, h.compacted, c.version, c.namespace, c.kind, c.api_group, c.name, c.created_at, c.document
        from mesh.head h left join lateral (select * from mesh.change where version > $1 order by version limit $2) c on true
        order by c.version
        """;

    private const string ReadAll = "select namespace, kind, api_group, name, version, created_at, document from mesh.object";

    // The system's identifier and its timeline change when another server takes over; the table's number when a backup is restored into the same one.
    private const string Origin = "select (select system_identifier from pg_control_system())::text || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || 'mesh.head'::regclass::oid";

    // As control planes wrote it that did not look at the table: still the same server.
    private const string Complete = "update mesh.head set origin = $1 where origin <> '' and origin <> $1 and strpos($1, origin || '/') = 1";

    /// <summary>The changes after a version.</summary>
    public static async Task<ChangeBatch> ReadChangesAsync(NpgsqlConnection connection, long after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadChanges, connection) { Parameters = { new() { Value = after }, new() { Value = BatchSize } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (head, compacted) = (0L, 0L);
        var changes = new List<StoredResource>();
        while (await reader.ReadAsync(cancellationToken))
        {
            (head, compacted) = (reader.GetInt64(0), reader.GetInt64(1));
            if (!reader.IsDBNull(2))
            {
                changes.Add(new StoredResource(
                    new ResourceId(reader.GetString(5), reader.GetString(4), reader.GetString(3), reader.GetString(6)),
                    reader.GetInt64(2),
                    reader.IsDBNull(7) ? default : reader.GetFieldValue<DateTimeOffset>(7),
                    reader.IsDBNull(8) ? null : reader.GetString(8)));
            }
        }

        return new ChangeBatch(head, compacted, changes);
    }

    /// <summary>All resources, and the version at which they are all.</summary>
    public static async Task<(long Version, List<StoredResource> Resources)> ReadAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var head = new NpgsqlCommand("select version from mesh.head", connection);
        var version = (long)(await head.ExecuteScalarAsync(cancellationToken))!;
        var resources = new List<StoredResource>();
        await using (var command = new NpgsqlCommand(ReadAll, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                resources.Add(new StoredResource(
                    new ResourceId(reader.GetString(2), reader.GetString(1), reader.GetString(0), reader.GetString(3)),
                    reader.GetInt64(4),
                    reader.GetFieldValue<DateTimeOffset>(5),
                    reader.GetString(6)));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return (version, resources);
    }

    /// <summary>Makes sure that versions go on above everything that was seen, when the server is another one than before.</summary>
    /// <returns>Whether it is, and which one it is.</returns>
    public static async Task<(bool IsOther, string Origin)> AdoptAsync(NpgsqlConnection connection, long seen, CancellationToken cancellationToken)
    {
        var origin = await OriginAsync(connection, cancellationToken);
        await using (var complete = new NpgsqlCommand(Complete, connection) { Parameters = { new() { Value = origin } } })
        {
            await complete.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand("select mesh.adopt($1, $2)", connection) { Parameters = { new() { Value = origin }, new() { Value = seen } } };
        return (await command.ExecuteScalarAsync(cancellationToken) is true, origin);
    }

    /// <summary>Empty where the server does not let us ask: then only a version that went backwards tells.</summary>
    private static async Task<string> OriginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(Origin, connection);
            return await command.ExecuteScalarAsync(cancellationToken) as string ?? "";
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return "";
        }
    }
}
