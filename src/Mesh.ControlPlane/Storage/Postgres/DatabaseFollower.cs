using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Reads what is new after every notification of a channel, after every connection anew, and at least every poll interval, so that a lost notification costs time alone.</summary>
/// <remarks>One loop over one connection of its own: the reader is never called twice at a time.</remarks>
internal sealed class DatabaseFollower : IAsyncDisposable
{
    private readonly PostgresDatabase _database;
    private readonly string _channel;
    private readonly Func<NpgsqlConnection, bool, CancellationToken, Task> _read;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff;
    private Task _loop = Task.CompletedTask;

    // Owned by the loop: the present connection has been read from.
    private bool _isUp;

    private volatile DatabaseOutage? _outage;

    /// <param name="database">Where to.</param>
    /// <param name="channel">Of NOTIFY; its payload does not matter.</param>
    /// <param name="read">Reads everything that is new; told whether the connection is a new one.</param>
    /// <param name="logger">Gets when the database goes and comes.</param>
    public DatabaseFollower(PostgresDatabase database, string channel, Func<NpgsqlConnection, bool, CancellationToken, Task> read, ILogger logger)
    {
        (_database, _channel, _read, _logger) = (database, channel, read, logger);
        _backoff = database.NewBackoff();
    }

    /// <summary>Null while the database answers.</summary>
    public DatabaseOutage? Outage => _outage;

    /// <summary>Completes when everything was read once.</summary>
    public Task First => _first.Task;

    public void Start() => _loop = Task.Run(() => FollowAsync(_stopping.Token));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _first.TrySetCanceled();
        _stopping.Dispose();
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            _isUp = false;
            try
            {
                await using var connection = await _database.OpenOwnAsync(stopping);
                await ListenAsync(connection, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Report(exception);
            }

            try
            {
                await _backoff.WaitAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        await using (var listen = connection.CreateCommand())
        {
            // Before reading, so that nothing falls between.
            listen.CommandText = $"listen {_channel}";
            await listen.ExecuteNonQueryAsync(stopping);
        }

        await _read(connection, true, stopping);
        Recovered();
        while (true)
        {
            // LISTEN can die silently on a connection that lives long; the poll goes on over the same one.
            await connection.WaitAsync(_database.Settings.PollInterval, stopping);
            await _read(connection, false, stopping);
        }
    }

    private void Recovered()
    {
        _isUp = true;
        _backoff.Reset();
        if (_outage is { } outage)
        {
            var length = _database.Time.GetUtcNow() - outage.Since;
            _database.ReportBack(length);
            _outage = null;
        }

        _first.TrySetResult();
    }

    private void Report(Exception exception)
    {
        var reason = PostgresFailure.Describe(exception);
        if (!PostgresFailure.IsOfDatabase(exception))
        {
            PostgresLog.ReadFailed(_logger, _channel, exception);
        }
        else if (_isUp)
        {
            PostgresLog.ConnectionLost(_logger, _channel, reason);
        }
        else if (_outage is null)
        {
            _outage = new DatabaseOutage(_database.Time.GetUtcNow(), reason);
            _database.ReportAway(reason);
        }
    }
}
