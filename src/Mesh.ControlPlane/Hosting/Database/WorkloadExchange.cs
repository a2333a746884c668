using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Storage.Postgres;
using Npgsql;

namespace Mesh.ControlPlane.Hosting.Database;

/// <summary>Tells the other control planes which processes are connected here, and learns which are connected there: every client is sent the same endpoints wherever it asks.</summary>
internal sealed class WorkloadExchange : IAsyncDisposable
{
    private static readonly TimeSpan DefaultLiveFor = TimeSpan.FromSeconds(10);

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly PostgresDatabase _database;
    private readonly WorkloadRegistry _registry;
    private readonly ILogger _logger;
    private readonly TimeSpan _liveFor;
    private readonly WorkloadTable _table;
    private readonly DatabaseFollower _follower;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _publishing;

    // Owned by the follower's loop.
    private string _state = "";
    private ImmutableDictionary<string, WorkloadInstance> _elsewhere = ImmutableDictionary.Create<string, WorkloadInstance>(StringComparer.Ordinal);
    private long? _reconnectedAt;

    // Owned by the publishing loop; null when it is not known what the database has of us.
    private ImmutableSortedDictionary<string, LocalWorkload>? _published;

    /// <param name="database">What the control planes share.</param>
    /// <param name="registry">Of this one.</param>
    /// <param name="logger">Gets when the database goes and comes.</param>
    /// <param name="liveFor">How long the processes of a control plane count after it was seen last: they are on their way to another. Default 10 s.</param>
    public WorkloadExchange(PostgresDatabase database, WorkloadRegistry registry, ILogger<WorkloadExchange> logger, TimeSpan? liveFor = null)
    {
        (_database, _registry, _logger, _liveFor) = (database, registry, logger, liveFor ?? DefaultLiveFor);
        _table = new WorkloadTable(Guid.NewGuid(), _liveFor);
        _follower = new DatabaseFollower(database, WorkloadTable.Channel, ReadAsync, logger);
        registry.LocalChanged += Signal;
        _follower.Start();
        _publishing = Task.Run(() => PublishAsync(_stopping.Token));
    }

    /// <summary>Completes when the processes of the others are known.</summary>
    public Task Loaded => _follower.First;

    public async ValueTask DisposeAsync()
    {
        _registry.LocalChanged -= Signal;
        await _stopping.CancelAsync();
        await _publishing;
        await _follower.DisposeAsync();
        _stopping.Dispose();
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task ReadAsync(NpgsqlConnection connection, bool isNew, CancellationToken cancellationToken)
    {
        if (isNew && _state.Length > 0)
        {
            _reconnectedAt = _database.Time.GetTimestamp();
        }

        // After an outage nobody was seen for long, until all have come back: who is missed then is missed for the outage's sake.
        var isLenient = _reconnectedAt is { } at && _database.Time.GetElapsedTime(at) < _liveFor;
        var state = (isLenient ? "~" : "=") + await _table.ReadStateAsync(connection, cancellationToken);
        if (state == _state)
        {
            return;
        }

        var instances = (isLenient ? _elsewhere : _elsewhere.Clear()).ToBuilder();
        foreach (var row in await _table.ReadOthersAsync(connection, cancellationToken))
        {
            if (JsonSerializer.Deserialize<WorkloadInstance>(row.Document, Format) is { } instance)
            {
                instances[row.NodeId] = instance;
            }
        }

        _elsewhere = instances.ToImmutable();
        _registry.ReplaceElsewhere(_elsewhere);
        _state = state;
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        using var timer = _database.Time.CreateTimer(static exchange => ((WorkloadExchange)exchange!).Signal(), this, TimeSpan.Zero, _liveFor / 5);
        try
        {
            while (await _signals.Reader.WaitToReadAsync(stopping))
            {
                _signals.Reader.TryRead(out _);
                await PublishOnceAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task PublishOnceAsync(CancellationToken stopping)
    {
        try
        {
            await using var connection = await _database.OpenAsync(stopping);
            if (await _table.TouchAsync(connection, stopping))
            {
                _published = null;
            }

            var (before, now) = (_published, _registry.Local);
            if (ReferenceEquals(before, now))
            {
                return;
            }

            var put = now.Values.Where(workload => before is null || !before.TryGetValue(workload.Instance.NodeId, out var known) || known != workload);
            var gone = before?.Keys.Where(id => !now.ContainsKey(id)) ?? [];
            _published = null;
            await _table.PublishAsync(connection, before is null, [.. put.Select(RowOf)], [.. gone], stopping);
            _published = now;
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            // The next signal, by the timer at the latest, publishes all anew.
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                HostingLog.WorkloadsNotPublished(_logger, PostgresFailure.Describe(exception));
            }
        }
    }

    private static WorkloadRow RowOf(LocalWorkload workload) =>
        new(workload.Instance.NodeId, workload.ConnectedAt, JsonSerializer.Serialize(workload.Instance, Format));
}
