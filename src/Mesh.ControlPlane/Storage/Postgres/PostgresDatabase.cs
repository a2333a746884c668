using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>The database of a control plane: gives connections, bounded in number and time, to a schema that is up to date.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _pool;
    private readonly NpgsqlDataSource _own;
    private readonly ILogger _logger;

    // Interlocked: how many followers cannot reach it.
    private int _away;

    private PostgresDatabase(PostgresSettings settings, ILogger<PostgresDatabase> logger, TimeProvider time, Random random)
    {
        (Settings, _logger, Time, Random) = (settings, logger, time, random);
        var builder = PostgresConnectionString.Complete(settings);
        Place = PostgresConnectionString.Describe(builder);
        _pool = NpgsqlDataSource.Create(builder);
        builder.Pooling = false;
        _own = NpgsqlDataSource.Create(builder);
    }

    public PostgresSettings Settings { get; }

    public TimeProvider Time { get; }

    public Random Random { get; }

    /// <summary>Host, port, database and user, for people.</summary>
    public string Place { get; }

    /// <summary>Waits for the database, and brings its schema up to date.</summary>
    /// <exception cref="DatabaseException">It is away for too long, refuses us, or is of a newer version.</exception>
    public static async Task<PostgresDatabase> OpenAsync(
        PostgresSettings settings, ILogger<PostgresDatabase> logger, TimeProvider time, Random random, CancellationToken cancellationToken)
    {
        var database = new PostgresDatabase(settings, logger, time, random);
        try
        {
            await database.WaitAsync(cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of the pool; dispose it soon.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _pool.OpenConnectionAsync(cancellationToken);

    /// <summary>A connection of the pool that answers: one that died unnoticed, as all do when the server restarts, must not cast doubt on what is sent over it.</summary>
    public async ValueTask<NpgsqlConnection> OpenLiveAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        try
        {
            await ProbeAsync(connection, cancellationToken);
            return connection;
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            // The others of the pool are as old.
            await connection.DisposeAsync();
            _pool.Clear();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return await OpenAsync(cancellationToken);
    }

    /// <summary>Like <see cref="OpenLiveAsync"/>, for the state of the authority, which is read and written without a task.</summary>
    public NpgsqlConnection OpenLive()
    {
        var connection = _pool.OpenConnection();
        try
        {
            using var command = new NpgsqlCommand("select 1", connection);
            command.ExecuteScalar();
            return connection;
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            connection.Dispose();
            _pool.Clear();
        }

        return _pool.OpenConnection();
    }

    /// <summary>A connection beside the pool, for listening and for locks that live as long as it.</summary>
    public ValueTask<NpgsqlConnection> OpenOwnAsync(CancellationToken cancellationToken) => _own.OpenConnectionAsync(cancellationToken);

    public Backoff NewBackoff() => new(Time, Random);

    /// <summary>A follower cannot reach it any more; said once for all of them.</summary>
    public void ReportAway(string reason)
    {
        if (Interlocked.Increment(ref _away) == 1)
        {
            PostgresLog.Away(_logger, Place, reason);
        }
    }

    /// <summary>A follower reaches it again.</summary>
    public void ReportBack(TimeSpan outage)
    {
        if (Interlocked.Decrement(ref _away) == 0)
        {
            PostgresLog.Back(_logger, Place, outage);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _own.DisposeAsync();
    }

    private static async Task ProbeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var start = Time.GetTimestamp();
        var backoff = NewBackoff();
        while (true)
        {
            try
            {
                await using var connection = await OpenOwnAsync(cancellationToken);
                await new SchemaMigrator(_logger).MigrateAsync(connection, cancellationToken);
                return;
            }
            catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
            {
                var reason = PostgresFailure.Describe(exception);
                if (PostgresFailure.IsHopeless(exception))
                {
                    throw new DatabaseException($"PostgreSQL ({Place}) refuses this control plane: {reason}. Check database, user, password and rights of the connection string (docs/postgres.md).", exception);
                }

                if (Time.GetElapsedTime(start) > Settings.StartTimeout)
                {
                    throw new DatabaseException($"PostgreSQL ({Place}) did not answer within {Settings.StartTimeout}: {reason}. Check host and port of the connection string, and that the server runs (docs/postgres.md).", exception);
                }

                PostgresLog.StartWaits(_logger, Place, reason);
            }

            await backoff.WaitAsync(cancellationToken);
        }
    }
}
