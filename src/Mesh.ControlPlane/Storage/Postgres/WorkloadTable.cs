using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Reads and writes which processes are connected to which control plane.</summary>
internal sealed class WorkloadTable(Guid replica, TimeSpan liveFor)
{
    public const string Channel = "mesh_workload";

    private const string Touch = "insert into mesh.replica (id, seen_at) values ($1, clock_timestamp()) on conflict (id) do update set seen_at = excluded.seen_at returning xmax = 0";

    // The head is locked first, so that whoever reads a version has all rows of it.
    private const string Advance = "update mesh.workload_head set version = version + 1";

    // Of two control planes that claim a process the one has it that it came to last: the other only waits for it to come back.
    private const string Put = """
        insert into mesh.workload (node_id, replica, connected_at, document)
        select w.node_id, $1, w.connected_at, w.document::json from unnest($2, $3, $4) as w(node_id, connected_at, document)
        on conflict (node_id) do update set replica = excluded.replica, connected_at = excluded.connected_at, document = excluded.document
        where mesh.workload.replica = excluded.replica or mesh.workload.connected_at <= excluded.connected_at
        """;

    private const string Remove = "delete from mesh.workload where replica = $1 and node_id = any($2)";

    private const string RemoveAll = "delete from mesh.workload where replica = $1";

    private const string ReadState = """
        select (select version from mesh.workload_head)::text || ' ' || coalesce(string_agg(id::text, ' ' order by id), '')
        from mesh.replica where id <> $1 and seen_at > clock_timestamp() - $2
        """;

    private const string ReadOthers = """
        select w.node_id, w.connected_at, w.document from mesh.workload w join mesh.replica r on r.id = w.replica
        where w.replica <> $1 and r.seen_at > clock_timestamp() - $2
        """;

    /// <summary>Says that this control plane lives.</summary>
    /// <returns>Whether that is news, as it was not seen for so long that its processes were forgotten.</returns>
    public async Task<bool> TouchAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Touch, connection) { Parameters = { new() { Value = replica } } };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Stores what changed of the processes that are connected here.</summary>
    /// <param name="connection">Of the pool.</param>
    /// <param name="isAll">Whether <paramref name="put"/> is all there is.</param>
    /// <param name="put">New or different.</param>
    /// <param name="gone">Node ids.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PublishAsync(NpgsqlConnection connection, bool isAll, WorkloadRow[] put, string[] gone, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Advance));
        batch.BatchCommands.Add(isAll
            ? new NpgsqlBatchCommand(RemoveAll) { Parameters = { new() { Value = replica } } }
            : new NpgsqlBatchCommand(Remove) { Parameters = { new() { Value = replica }, new() { Value = gone } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Put)
        {
            Parameters =
            {
                new() { Value = replica },
                new() { Value = put.Select(row => row.NodeId).ToArray() },
                new() { Value = put.Select(row => row.ConnectedAt).ToArray() },
                new() { Value = put.Select(row => row.Document).ToArray() },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"notify {Channel}"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A text that differs when other control planes came, went or have other processes.</summary>
    public async Task<string> ReadStateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadState, connection) { Parameters = { new() { Value = replica }, new() { Value = liveFor } } };
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The processes that are connected to other control planes, as long as those live.</summary>
    public async Task<List<WorkloadRow>> ReadOthersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadOthers, connection) { Parameters = { new() { Value = replica }, new() { Value = liveFor } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<WorkloadRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new WorkloadRow(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2)));
        }

        return rows;
    }
}
