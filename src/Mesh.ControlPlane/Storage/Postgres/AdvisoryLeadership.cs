using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Leads while it holds an advisory lock of a session of its own: the server gives it to another when that session ends, however it ends.</summary>
internal sealed class AdvisoryLeadership : ILeadership, IAsyncDisposable
{
    /// <summary>Any number, but the same in every version of this program.</summary>
    private const long LockKey = 0x4D65_7368_0002;

    private readonly PostgresDatabase _database;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Task _loop;

    // Guarded by _lock: cancelled at the end of the term; null while another leads.
    private CancellationTokenSource? _term;
    private TaskCompletionSource _won = NewSignal();

    /// <param name="database">Whose sessions compete.</param>
    /// <param name="logger">Gets when leadership changes.</param>
    /// <param name="interval">How often is asked for it, and whether it still holds; default 2 s.</param>
    public AdvisoryLeadership(PostgresDatabase database, ILogger<AdvisoryLeadership> logger, TimeSpan? interval = null)
    {
        (_database, _logger, _interval) = (database, logger, interval ?? TimeSpan.FromSeconds(2));
        _loop = Task.Run(() => CompeteAsync(_stopping.Token));
    }

    public bool IsLeader
    {
        get
        {
            lock (_lock)
            {
                return _term is not null;
            }
        }
    }

    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        var backoff = _database.NewBackoff();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var term = await WonAsync(stopping);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(term, stopping);
                await work(both.Token);
                backoff.Reset();
            }
            catch (OperationCanceledException)
            {
                // The term is over, or everything is.
            }
            catch (Exception exception)
            {
                PostgresLog.LeadershipWorkFailed(_logger, exception);
            }

            await backoff.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task<CancellationToken> WonAsync(CancellationToken stopping)
    {
        while (true)
        {
            Task won;
            lock (_lock)
            {
                if (_term is { } term)
                {
                    return term.Token;
                }

                won = _won.Task;
            }

            await won.WaitAsync(stopping);
        }
    }

    private async Task CompeteAsync(CancellationToken stopping)
    {
        var backoff = _database.NewBackoff();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _database.OpenOwnAsync(stopping);
                backoff.Reset();
                await CompeteAsync(connection, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                Lose("It stops.");
                return;
            }
            catch (Exception exception)
            {
                Lose(PostgresFailure.Describe(exception));
            }

            await backoff.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CompeteAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 5;
        command.CommandText = $"select pg_try_advisory_lock({LockKey})";
        while (await command.ExecuteScalarAsync(stopping) is not true)
        {
            await Task.Delay(_interval, _database.Time, stopping);
        }

        Win();
        command.CommandText = "select 1";
        while (true)
        {
            // Ends at once when the session is ended.
            await connection.WaitAsync(_interval, stopping);
            await command.ExecuteScalarAsync(stopping);
        }
    }

    private void Win()
    {
        lock (_lock)
        {
            _term = new CancellationTokenSource();
            _won.TrySetResult();
        }

        PostgresLog.LeadershipWon(_logger);
    }

    private void Lose(string reason)
    {
        CancellationTokenSource? term;
        lock (_lock)
        {
            term = _term;
            if (term is null)
            {
                return;
            }

            _term = null;
            _won = NewSignal();
        }

        term.Cancel();
        PostgresLog.LeadershipLost(_logger, reason);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
