using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Stores.Documents;
using Npgsql;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Holds the configuration in PostgreSQL, for several replicas at once: each serves from its memory and follows what any of them writes.</summary>
/// <remarks>One loop appends to the history, in the order of versions; readers take its volatile snapshot. Without the database that snapshot stays.</remarks>
internal sealed class PostgresConfigStore : IResourceStore, IReplicatedStore, IAsyncDisposable
{
    public const string Channel = "mesh_change";

    private const int EpochBytes = 6;

    private readonly PostgresDatabase _database;
    private readonly ILogger<PostgresConfigStore> _logger;
    private readonly DatabaseFollower _follower;
    private readonly PostgresWriter _writer;
    private readonly ResourceCodec _codec;
    private readonly StoreLimits _limits;

    // Owned by the loop: ahead of the snapshot's version when the last changes are of resources that cannot be read here.
    private long _seen;
    private volatile string _epoch = "";

    /// <param name="database">What several control planes share.</param>
    /// <param name="logger">Of this store.</param>
    /// <param name="limits">By what this control plane sees; several at once may exceed them by what is on its way.</param>
    /// <param name="historyCapacity">Changes kept in memory for watches.</param>
    public PostgresConfigStore(
        PostgresDatabase database, ILogger<PostgresConfigStore> logger, StoreLimits? limits = null, int historyCapacity = ConfigHistory.DefaultCapacity)
    {
        (_database, _logger, _limits) = (database, logger, limits ?? StoreLimits.Default);
        History = new ConfigHistory(historyCapacity);
        _writer = new PostgresWriter(database, logger);
        _codec = new ResourceCodec(logger);
        _follower = new DatabaseFollower(database, Channel, ReadAsync, logger);
        _follower.Start();
    }

    public event Action? Changed;

    public ConfigSnapshot Current => History.Current;

    public ConfigHistory History { get; }

    /// <summary>Made of what tells one server, and one life of it, from another.</summary>
    public string Epoch => _epoch;

    public bool IsBehind => Outage is not null;

    /// <summary>Completes when the configuration was read for the first time.</summary>
    public Task Loaded => _follower.First;

    /// <summary>Null while the database answers; else <see cref="Current"/> may be behind.</summary>
    public DatabaseOutage? Outage => _follower.Outage;

    public async Task<WriteResult> WriteAsync(ResourceWrite write, CancellationToken cancellationToken)
    {
        write = write with { Next = write.Next is { } next ? ObjectIdentity.Normalize(next) : null };
        if (WriteRules.Measure(write, History, _limits) is { } full)
        {
            return full;
        }

        var removed = write.Next is null ? Current.Resources.GetValueOrDefault(write.Id) : null;
        var reply = Outage is { } outage ? PostgresWriter.Refused(outage.Reason) : await _writer.WriteAsync(write, cancellationToken);
        return reply.Status == WriteStatus.Done
            ? await SeeAsync(write, reply, removed, cancellationToken)
            : new WriteResult(reply.Status, reply.There is { } there ? _codec.Decode(there) : null, 0, reply.Message)
            {
                Refusal = reply.Status == WriteStatus.Refused ? WriteRefusal.Unavailable : WriteRefusal.None,
            };
    }

    public ValueTask DisposeAsync() => _follower.DisposeAsync();

    /// <summary>Waits until the snapshot of this replica has the write. It is durable already: a database that goes away now does not make it undone.</summary>
    private async Task<WriteResult> SeeAsync(ResourceWrite write, WriteReply reply, Resource? removed, CancellationToken cancellationToken)
    {
        try
        {
            await History.WaitAsync(reply.Version - 1, cancellationToken).WaitAsync(_database.Settings.VisibleTimeout, _database.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }

        if (write.Next is null)
        {
            return new WriteResult(WriteStatus.Done, reply.There is { } there ? _codec.Decode(there) : removed, reply.Version);
        }

        var seen = Current.Resources.GetValueOrDefault(write.Id);
        return new WriteResult(WriteStatus.Done, seen?.ResourceVersion == reply.Version ? seen : write.Next with { ResourceVersion = reply.Version }, reply.Version);
    }

    private async Task ReadAsync(NpgsqlConnection connection, bool isNew, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            var (isOther, origin) = await ChangeReader.AdoptAsync(connection, _seen, cancellationToken);
            _epoch = EpochOf(origin);
            if (isOther)
            {
                PostgresStoreLog.Replaced(_logger);
            }
        }

        while (true)
        {
            var batch = await ChangeReader.ReadChangesAsync(connection, _seen, cancellationToken);
            if (batch.Compacted > _seen || batch.Head < _seen)
            {
                await ReloadAsync(connection, cancellationToken);
                return;
            }

            if (batch.Changes.Count == 0)
            {
                return;
            }

            if (!await AppendAsync(batch, connection, cancellationToken) || batch.Changes[^1].Version >= batch.Head)
            {
                return;
            }
        }
    }

    /// <summary>Clients need only compare it: how the database calls itself is none of theirs.</summary>
    private static string EpochOf(string origin) =>
        origin.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)).AsSpan(0, EpochBytes));

    /// <summary>Takes changes in; false when they did not follow and everything was read anew.</summary>
    private async Task<bool> AppendAsync(ChangeBatch batch, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var resources = Current.Resources.ToBuilder();
        var changes = new List<ResourceChange>(batch.Changes.Count);
        var seen = _seen;
        foreach (var stored in batch.Changes)
        {
            if (stored.Version != seen + 1)
            {
                PostgresStoreLog.HistoryBroken(_logger, stored.Version, seen + 1);
                await ReloadAsync(connection, cancellationToken);
                return false;
            }

            seen = stored.Version;
            if (Take(stored, resources) is { } change)
            {
                changes.Add(change);
            }
        }

        _seen = seen;
        History.Append(changes);
        PostgresStoreLog.Changed(_logger, Current.Version, Current.Resources.Count, changes.Count);
        Changed?.Invoke();
        return true;
    }

    /// <summary>Null for what cannot be read and was not there before: for this replica nothing happened.</summary>
    private ResourceChange? Take(StoredResource stored, ImmutableDictionary<ResourceId, Resource>.Builder resources)
    {
        var before = resources.GetValueOrDefault(stored.Id);
        var after = stored.Document is null ? null : _codec.Decode(stored);
        if (after is null)
        {
            resources.Remove(stored.Id);
        }
        else
        {
            resources[stored.Id] = after;
        }

        return before is null && after is null ? null : new ResourceChange(stored.Version, before, after);
    }

    /// <summary>Starts from all that is there; what did not change stays the same object, so that nothing of it is generated again.</summary>
    private async Task ReloadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (version, stored) = await ChangeReader.ReadAllAsync(connection, cancellationToken);
        var known = Current.Resources;
        var resources = ImmutableDictionary.CreateBuilder<ResourceId, Resource>();
        foreach (var row in stored)
        {
            var resource = known.TryGetValue(row.Id, out var same) && same.ResourceVersion == row.Version ? same : _codec.Decode(row);
            if (resource is not null)
            {
                resources[row.Id] = resource;
            }
        }

        _seen = version;
        History.Reset(new ConfigSnapshot(version, resources.ToImmutable()));
        PostgresStoreLog.Loaded(_logger, resources.Count, version);
        Changed?.Invoke();
    }
}
