using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Reads and writes what clients reported of their load to one control plane, for the others.</summary>
/// <param name="replica">This control plane.</param>
/// <param name="keptFor">What is older is removed; who was away for longer has missed it.</param>
internal sealed class LoadTable(Guid replica, TimeSpan keptFor)
{
    private const string Put = "insert into mesh.load (replica, number, reporters, reports) values ($1, $2, $3, $4) on conflict do nothing";

    private const string Forget = "delete from mesh.load where at < clock_timestamp() - $1";

    // Each control plane counts its own, so that none is passed over that was committed late.
    private const string ReadNew = """
        select l.replica, l.number, clock_timestamp() - l.at, l.reporters, l.reports
        from mesh.load l left join unnest($2, $3) as k(replica, number) on k.replica = l.replica
        where l.replica <> $1 and l.number > coalesce(k.number, 0)
        order by l.replica, l.number
        """;

    /// <summary>Tells the others, and removes what they had time to read.</summary>
    public async Task PublishAsync(NpgsqlConnection connection, long number, int reporters, byte[] reports, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(Put) { Parameters = { new() { Value = replica }, new() { Value = number }, new() { Value = reporters }, new() { Value = reports } } },
                new NpgsqlBatchCommand(Forget) { Parameters = { new() { Value = keptFor } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What the others have told since.</summary>
    /// <param name="connection">Of the pool.</param>
    /// <param name="known">The last number that was read of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<List<LoadRow>> ReadAsync(NpgsqlConnection connection, IReadOnlyDictionary<Guid, long> known, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadNew, connection)
        {
            Parameters = { new() { Value = replica }, new() { Value = known.Keys.ToArray() }, new() { Value = known.Values.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<LoadRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new LoadRow(reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<TimeSpan>(2), reader.GetInt32(3), reader.GetFieldValue<byte[]>(4)));
        }

        return rows;
    }
}
