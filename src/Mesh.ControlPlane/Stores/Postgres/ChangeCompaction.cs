using Mesh.ControlPlane.Storage;
using Mesh.ControlPlane.Storage.Postgres;
using Npgsql;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Forgets old changes, on the replica that leads. Harmless when two do it at a time.</summary>
internal sealed class ChangeCompaction : IAsyncDisposable
{
    // First the floor, in a transaction that is over at once as it holds up writers; then the rows below it, which nobody asks for any more.
    private const string RaiseFloor = """
        update mesh.head set compacted = f.floor
        from (select greatest(
            (select max(version) from mesh.change where at < clock_timestamp() - $1),
            (select max(version) from mesh.change where at < clock_timestamp() - $2 and version <= (select version from mesh.head) - $3)) as floor) f
        where f.floor > compacted
        """;

    private const string RemoveChanges = "delete from mesh.change where version in (select version from mesh.change where version <= (select compacted from mesh.head) order by version limit 10000)";

    /// <summary>Longer than any certificate lives (90 days): older lines count for nothing any more.</summary>
    private const string RemoveLines = "delete from mesh.state_line where id in (select id from mesh.state_line where at < clock_timestamp() - interval '100 days' limit 10000)";

    private const string RemoveReplicas = """
        delete from mesh.replica where seen_at < clock_timestamp() - interval '1 minute';
        delete from mesh.workload where replica not in (select id from mesh.replica)
        """;

    private readonly PostgresDatabase _database;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public ChangeCompaction(PostgresDatabase database, ILeadership leadership, ILogger<ChangeCompaction> logger)
    {
        (_database, _logger) = (database, logger);
        _loop = Task.Run(() => leadership.RunAsync(LeadAsync, _stopping.Token));
    }

    /// <summary>Forgets what need not be kept.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var settings = _database.Settings;
        await using var connection = await _database.OpenAsync(cancellationToken);
        await using (var raise = new NpgsqlCommand(RaiseFloor, connection))
        {
            raise.Parameters.Add(new() { Value = settings.KeepFor > settings.KeepAtLeast ? settings.KeepFor : settings.KeepAtLeast });
            raise.Parameters.Add(new() { Value = settings.KeepAtLeast });
            raise.Parameters.Add(new() { Value = (long)settings.KeepChanges });
            await raise.ExecuteNonQueryAsync(cancellationToken);
        }

        var removed = await RemoveAsync(RemoveChanges, connection, cancellationToken);
        await RemoveAsync(RemoveLines, connection, cancellationToken);
        await RemoveAsync(RemoveReplicas, connection, cancellationToken);
        if (removed > 0)
        {
            await using var floor = new NpgsqlCommand("select compacted from mesh.head", connection);
            var version = (long)(await floor.ExecuteScalarAsync(cancellationToken))!;
            PostgresStoreLog.Compacted(_logger, removed, version);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_database.Settings.CompactionInterval, _database.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await CompactAsync(cancellationToken);
        }
    }

    private static async Task<long> RemoveAsync(string statement, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        var removed = 0L;
        while (await command.ExecuteNonQueryAsync(cancellationToken) is var count and > 0)
        {
            removed += count;
        }

        return removed;
    }
}
