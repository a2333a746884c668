using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Keeps state in PostgreSQL, for all control planes that share it: each hears of what the others write.</summary>
internal sealed class PostgresState : IStateStore, IAsyncDisposable
{
    public const string Channel = "mesh_state";

    private readonly PostgresDatabase _database;
    private readonly StateSeal? _seal;
    private readonly DatabaseFollower _follower;
    private readonly ThreadLocal<Scope?> _scope = new();

    // What this control plane wrote, until the follower has come past it: that is no news.
    private readonly ConcurrentDictionary<long, bool> _own = new();

    // Owned by the follower's loop.
    private long _seen;

    /// <exception cref="StateException">The database is away, or the key of the seal cannot be read.</exception>
    public PostgresState(PostgresDatabase database, ILogger<PostgresState> logger)
    {
        _database = database;
        _seal = database.Settings.SealKeyFile is { Length: > 0 } file ? StateSeal.Load(file) : null;

        // Before anything is read, so that no change falls between.
        _seen = Run(connection => (long)Command(connection, "select version from mesh.state_head").ExecuteScalar()!, "state");
        _follower = new DatabaseFollower(database, Channel, FollowAsync, logger);
        _follower.Start();
    }

    public event Action<string>? Changed;

    public bool IsDurable => true;

    public bool IsShared => true;

    public byte[]? Read(string name)
    {
        var content = Run(connection => Command(connection, "select content from mesh.state where name = $1", name).ExecuteScalar() as byte[], name);
        return content is null ? null : StateSeal.Open(_seal, content, name, Locate(name));
    }

    public byte[]? ReadSecret(string name) => Read(name);

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        var stored = _seal is null ? content.ToArray() : _seal.Close(content, name);
        Put(name, stored);
    }

    public void Delete(string name) => Put(name, null);

    public void Rename(string from, string to) => Exclusively(() =>
    {
        if (Read(from) is { } content)
        {
            Write(to, content);
            Delete(from);
        }

        return true;
    });

    /// <returns>0: lines are removed by age, not by length.</returns>
    public long Append(string name, ReadOnlySpan<byte> content)
    {
        var line = content.ToArray();
        Run(connection => Command(connection, "insert into mesh.state_line (name, content) values ($1, $2)", name, line).ExecuteNonQuery(), name);
        return 0;
    }

    public byte[] ReadAdded(string name, ref long position)
    {
        // A transaction that the second statement does not see was still running, or not begun, at the first: it is above the position that we go on from.
        var after = position;
        var (lines, next) = Run(
            connection =>
            {
                var oldest = (string)Command(connection, "select pg_snapshot_xmin(pg_current_snapshot())::text").ExecuteScalar()!;
                using var content = new MemoryStream();
                using var reader = Command(
                    connection,
                    "select content from mesh.state_line where name = $1 and transaction >= $2::text::xid8 order by id",
                    name,
                    after.ToString(CultureInfo.InvariantCulture)).ExecuteReader();
                while (reader.Read())
                {
                    content.Write(reader.GetFieldValue<byte[]>(0));
                }

                return (content.ToArray(), long.Parse(oldest, CultureInfo.InvariantCulture));
            },
            name);
        position = next;
        return lines;
    }

    public T Exclusively<T>(Func<T> work)
    {
        if (_scope.Value is not null)
        {
            return work();
        }

        Scope? scope = null;
        try
        {
            using var connection = _database.OpenLive();
            using var transaction = connection.BeginTransaction();
            var version = (long)Command(connection, "select version from mesh.state_head for update").ExecuteScalar()! + 1;
            _scope.Value = scope = new Scope(connection, version);
            var result = work();
            if (scope.HasWritten)
            {
                _own[version] = true;
                Command(connection, "update mesh.state_head set version = $1", version).ExecuteNonQuery();
                Command(connection, $"notify {Channel}").ExecuteNonQuery();
            }

            transaction.Commit();
            return result;
        }
        catch (Exception exception)
        {
            if (scope is { HasWritten: true })
            {
                // It may be committed all the same: then it is news to this control plane too.
                _own.TryRemove(scope.Version, out _);
            }

            if (PostgresFailure.IsOfDatabase(exception) && exception is not StateException)
            {
                throw Failed("state", exception);
            }

            throw;
        }
        finally
        {
            _scope.Value = null;
        }
    }

    public string Locate(string name) => $"{name} (in the database)";

    /// <summary>Nothing is held between calls but the follower, which the owner of the database ends.</summary>
    public void Dispose()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync();
        _scope.Dispose();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DBNull ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea } : new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private void Put(string name, byte[]? content) => Exclusively(() =>
    {
        var scope = _scope.Value!;
        scope.HasWritten = true;
        return Run(
            connection => Command(
                connection,
                "insert into mesh.state (name, version, content) values ($1, $2, $3) on conflict (name) do update set version = excluded.version, content = excluded.content",
                name,
                scope.Version,
                (object?)content ?? DBNull.Value).ExecuteNonQuery(),
            name);
    });

    /// <summary>Over the connection of the transaction that this thread is in, or one of the pool.</summary>
    private T Run<T>(Func<NpgsqlConnection, T> work, string name)
    {
        try
        {
            if (_scope.Value is { } scope)
            {
                return work(scope.Connection);
            }

            using var connection = _database.OpenLive();
            return work(connection);
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception) && exception is not StateException)
        {
            throw Failed(name, exception);
        }
    }

    private StateException Failed(string name, Exception exception) =>
        new($"{Locate(name)} cannot be read or written: PostgreSQL ({_database.Place}) is away: {PostgresFailure.Describe(exception)}. Try again in some seconds.", exception);

    private async Task FollowAsync(NpgsqlConnection connection, bool isNew, CancellationToken cancellationToken)
    {
        var news = new List<string>();
        var head = _seen;
        await using (var command = Command(connection, "select h.version, s.version, s.name from mesh.state_head h left join mesh.state s on s.version > $1 or h.version < $1", _seen))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                head = reader.GetInt64(0);
                if (!reader.IsDBNull(1) && !_own.TryRemove(reader.GetInt64(1), out _))
                {
                    news.Add(reader.GetString(2));
                }
            }
        }

        foreach (var name in news)
        {
            // They read what is new over the pool, and wait for it: not on this loop. What they could not read stays news.
            await Task.Run(() => Changed?.Invoke(name), cancellationToken);
        }

        _seen = head;
    }

    private sealed class Scope(NpgsqlConnection connection, long version)
    {
        public NpgsqlConnection Connection => connection;

        public long Version => version;

        public bool HasWritten { get; set; }
    }
}
