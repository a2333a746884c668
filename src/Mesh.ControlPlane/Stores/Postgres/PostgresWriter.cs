using Mesh.Config.Stores;
using Mesh.ControlPlane.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Carries one write to the database and learns what became of it, also when the connection breaks before the answer.</summary>
internal sealed class PostgresWriter(PostgresDatabase database, ILogger logger)
{
    private const string Statement = "select o_outcome, o_version, o_created_at, o_document from mesh.write($1, $2, $3, $4, $5, $6, $7, $8)";

    public async Task<WriteReply> WriteAsync(ResourceWrite write, CancellationToken cancellationToken)
    {
        // The same write carries the same id however often it is sent, and the database does it once: sending it again is looking what became of it.
        var id = Guid.NewGuid();
        var start = database.Time.GetTimestamp();
        var backoff = database.NewBackoff();
        var isSent = false;
        while (true)
        {
            try
            {
                await using var connection = await database.OpenLiveAsync(cancellationToken);
                var isRepeated = isSent;
                isSent = true;
                var reply = await SendAsync(connection, id, write, cancellationToken);
                if (isRepeated)
                {
                    PostgresStoreLog.LookedUp(logger, write.Id, reply.Status);
                }

                return reply;
            }
            catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
            {
                // What the server answered to this sending settles nothing about one before it.
                if (!isSent || (!backoff.HasWaited && !PostgresFailure.LeavesOutcomeOpen(exception)))
                {
                    return Refused(PostgresFailure.Describe(exception));
                }

                if (database.Time.GetElapsedTime(start) > database.Settings.ResolveTimeout)
                {
                    return new WriteReply(
                        WriteStatus.Unknown,
                        Message: $"The connection to PostgreSQL broke while this was written, and it cannot be seen yet whether it was: {PostgresFailure.Describe(exception)}. Read the resource before you try again.");
                }
            }

            await backoff.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The answer while the database is away.</summary>
    public static WriteReply Refused(string reason) =>
        new(WriteStatus.Refused, Message: $"PostgreSQL is away, and nothing can be written: {reason}. What is there stays in use; try again in some seconds.");

    private static async Task<WriteReply> SendAsync(NpgsqlConnection connection, Guid id, ResourceWrite write, CancellationToken cancellationToken)
    {
        var document = write.Next?.Document;
        await using var command = new NpgsqlCommand(Statement, connection)
        {
            Parameters =
            {
                new() { Value = id },
                new() { Value = write.Id.Namespace },
                new() { Value = write.Id.Kind },
                new() { Value = write.Id.Group },
                new() { Value = write.Id.Name },
                new() { Value = (object?)write.ExpectedVersion ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = document is { } content ? CanonicalJson.Digest(content) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
                new() { Value = (object?)document?.GetRawText() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var reply = Read(reader, write);

        // The statement is its own transaction: its end, and not its row, says that it is committed.
        await reader.CloseAsync();
        return reply;
    }

    private static WriteReply Read(NpgsqlDataReader reader, ResourceWrite write)
    {
        var outcome = reader.GetString(0);
        var version = reader.IsDBNull(1) ? 0 : reader.GetInt64(1);
        var there = reader.IsDBNull(3)
            ? (StoredResource?)null
            : new StoredResource(write.Id, version, reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3));
        return outcome switch
        {
            "done" => new WriteReply(WriteStatus.Done, version),
            "unchanged" => new WriteReply(WriteStatus.Unchanged, 0, there),
            "conflict" => new WriteReply(WriteStatus.Conflict, 0, there),
            "absent" => new WriteReply(WriteStatus.Absent),
            _ => throw new InvalidOperationException($"mesh.write answered '{outcome}'."),
        };
    }
}
