using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Loads;
using Mesh.ControlPlane.Storage.Postgres;

namespace Mesh.ControlPlane.Hosting.Database;

/// <summary>Tells the other control planes what clients reported here, and takes in what clients reported there: each of them has the whole service graph.</summary>
/// <remarks>While the database is away each has its own part, and what could not be told is told later, as far as there is room.</remarks>
internal sealed class LoadExchange : IAsyncDisposable
{
    /// <summary>Between two looks at the database.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Time to read what others told; a control plane that starts knows the last minute.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    /// <summary>Control planes whose rows may still be there although they are gone.</summary>
    private const int MaxGone = 1_000;

    /// <summary>A control plane that says nothing for so long has no clients any more.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(15);

    private readonly PostgresDatabase _database;
    private readonly LoadService _loads;
    private readonly GraphOutbox _outbox;
    private readonly ILogger _logger;
    private readonly LoadTable _table = new(Guid.NewGuid(), KeptFor);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    // Owned by the loop.
    private readonly Dictionary<Guid, long> _known = [];
    private readonly Dictionary<Guid, (long SeenAt, int Reporters)> _others = [];
    private IReadOnlyList<GraphReport> _untold = [];
    private long _number = 1;

    private volatile int _reportersElsewhere;

    public LoadExchange(PostgresDatabase database, LoadService loads, GraphOutbox outbox, ILogger<LoadExchange> logger)
    {
        (_database, _loads, _outbox, _logger) = (database, loads, outbox, logger);
        _running = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>Clients that report to other control planes.</summary>
    public int ReportersElsewhere => _reportersElsewhere;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, _database.Time);
        try
        {
            do
            {
                await ExchangeAsync(stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task ExchangeAsync(CancellationToken stopping)
    {
        try
        {
            await using var connection = await _database.OpenAsync(stopping);
            if (_untold.Count == 0)
            {
                _untold = _outbox.Take();
            }

            var reporters = _loads.Reporters;
            if (reporters > 0 || _untold.Count > 0)
            {
                await _table.PublishAsync(connection, _number, reporters, GraphReportText.Write(_untold, _database.Time.GetUtcNow()), stopping);
                (_untold, _number) = ([], _number + 1);
            }

            foreach (var row in await _table.ReadAsync(connection, _known, stopping))
            {
                Take(row);
            }

            CountOthers();
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            // Followers of the database tell of its outage. What may have been told is told again under its number, which counts once.
            HostingLog.LoadsNotShared(_logger, PostgresFailure.Describe(exception));
        }
    }

    private void Take(LoadRow row)
    {
        _known[row.Replica] = row.Number;
        _others[row.Replica] = (_database.Time.GetTimestamp(), row.Reporters);
        try
        {
            foreach (var report in GraphReportText.Read(row.Reports, _database.Time.GetUtcNow() - row.Age))
            {
                _loads.TakeElsewhere(report);
            }
        }
        catch (FormatException exception)
        {
            HostingLog.LoadsNotShared(_logger, exception.Message);
        }
    }

    private void CountOthers()
    {
        foreach (var gone in _others.Where(other => _database.Time.GetElapsedTime(other.Value.SeenAt) > SilentFor).Select(other => other.Key).ToArray())
        {
            _others.Remove(gone);
        }

        // Numbers of who is gone are kept as long as its rows may be.
        foreach (var gone in _known.Keys.Where(replica => !_others.ContainsKey(replica)).Skip(MaxGone).ToArray())
        {
            _known.Remove(gone);
        }

        _reportersElsewhere = _others.Values.Sum(other => other.Reporters);
    }
}
