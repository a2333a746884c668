using Mesh.Config.Stores;
using Mesh.Testing.Postgres;
using Npgsql;

namespace Mesh.ControlPlane.Tests.Stores.Postgres;

[Collection(PostgresTests.Name)]
public sealed class PostgresOutageTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_DatabaseAwayAndBack_RefusesKeepsServingAndConverges()
    {
        await using var own = new PostgresServer();
        await using var replica = await Replica.StartAsync(await own.CreateDatabaseAsync(Cancellation));
        replica.Logs.Expect("DatabaseAway");
        await replica.PutAsync("a");

        await own.StopAsync(Cancellation);
        var refused = await replica.PutAsync("b");

        Assert.Equal(WriteStatus.Refused, refused.Status);
        Assert.Contains("try again in some seconds", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], replica.Names);

        await own.StartAsync(Cancellation);
        WriteResult? result = null;
        await Mesh.Testing.Eventually.ReachesAsync(
            "the database takes writes again", async () => (result = await replica.PutAsync("c")).Status != WriteStatus.Refused, () => $"{result}", cancellationToken: Cancellation);
        Assert.Equal(WriteStatus.Done, result!.Status);
        Assert.Equal(["a", "c"], replica.Names);
    }

    [Fact]
    public async Task WriteAsync_AnswerLostAfterCommit_IsFoundAndDoneOnce()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        var builder = new NpgsqlConnectionStringBuilder(database);
        await using var proxy = new CuttingProxy(builder.Host!);
        (builder.Host, builder.Port) = ("127.0.0.1", proxy.Port);
        await using var replica = await Replica.StartAsync(builder.ConnectionString);
        var start = replica.Store.Current.Version;

        proxy.CutAfter("mesh.write");
        var result = await replica.PutAsync("a", expected: 0);

        Assert.Equal(1, proxy.Cuts);
        Assert.Equal((WriteStatus.Done, start + 1), (result.Status, result.Version));
        Assert.Equal(start + 1, await PostgresServer.ExecuteAsync(database, "select version from mesh.head", Cancellation));
        Assert.Contains(replica.Logs.Entries, entry => entry.EventName == "DatabaseWriteLookedUp");
    }

    [Fact]
    public async Task WriteAsync_ServerEndsItBeforeCommit_IsDoneOnce()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database);
        var start = replica.Store.Current.Version;

        // A sequence does not roll back: the first attempt ends its own session, the second does not.
        await PostgresServer.ExecuteAsync(
            database,
            """
            create sequence attempts;
            create function cut() returns trigger language plpgsql as $$
            begin
                if nextval('attempts') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
                return new;
            end $$;
            create trigger cut after insert on mesh.change for each row execute function cut();
            """,
            Cancellation);
        var result = await replica.PutAsync("a", expected: 0);

        Assert.Equal((WriteStatus.Done, start + 1), (result.Status, result.Version));
        Assert.Equal(2L, await PostgresServer.ExecuteAsync(database, "select last_value from attempts", Cancellation));
    }

    [Fact]
    public async Task WriteAsync_OutcomeCannotBeSeen_IsUnknown()
    {
        await using var own = new PostgresServer();
        var database = await own.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database, settings => settings with { ResolveTimeout = TimeSpan.FromMilliseconds(500) });
        replica.Logs.Expect("DatabaseAway");
        await using var holder = new NpgsqlConnection(database);
        await holder.OpenAsync(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("select 1 from mesh.head for update", holder))
        {
            await hold.ExecuteNonQueryAsync(Cancellation);
        }

        var write = replica.PutAsync("a");
        await WaitForLockWaitAsync(database);
        await own.StopAsync(Cancellation);
        var result = await write;

        Assert.Equal(WriteStatus.Unknown, result.Status);
        Assert.Contains("Read the resource before you try again", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B11_H08_ServerThatLostTheNewestVersions_GoesOnFarAboveThem()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database);
        replica.Logs.Expect("DatabaseReplaced");
        await replica.PutAsync("a");
        var last = await replica.PutAsync("b");
        var epoch = replica.Store.Epoch;
        Assert.NotEmpty(epoch);

        // What a standby that was promoted too early has, and how it is told apart: another origin, and a connection made anew.
        await PostgresServer.ExecuteAsync(
            database,
            $"""
            delete from mesh.change where version = {last.Version}; delete from mesh.object where version = {last.Version};
            update mesh.head set version = {last.Version - 1}, origin = 'another'; select pg_terminate_backend(pid) from pg_stat_activity
            where query like 'select h.version%' and datname = current_database()
            """,
            Cancellation);
        await replica.ReachesAsync(last.Version + 1);

        Assert.Equal(["a"], replica.Names);
        Assert.Equal(last.Version + 1_000_000, replica.Store.Current.Version);
        Assert.False(replica.Store.History.TryGetChanges(last.Version, out _));
        var next = await replica.PutAsync("c");
        Assert.Equal(last.Version + 1_000_001, next.Version);

        // Clients that compare versions of the same server see them grow.
        Assert.Equal(epoch, replica.Store.Epoch);
    }

    [Fact]
    public async Task H08_BackupIsRestoredIntoTheSameServer_NoVersionIsGivenOutTwice()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        long kept;
        await using (var replica = await Replica.StartAsync(database))
        {
            kept = (await replica.PutAsync("a")).Version;
            await replica.PutAsync("b");
        }

        // As pg_restore does it: the tables are made anew and have what the backup has. No control plane runs that could remember more.
        await PostgresServer.ExecuteAsync(
            database,
            $"""
            create table mesh.restored (like mesh.head including all); insert into mesh.restored select * from mesh.head;
            drop table mesh.head; alter table mesh.restored rename to head;
            delete from mesh.change where version > {kept}; delete from mesh.object where version > {kept}; update mesh.head set version = {kept}
            """,
            Cancellation);
        await using (var replica = await Replica.StartAsync(database))
        {
            replica.Logs.Expect("DatabaseReplaced");
            Assert.Equal(["a"], replica.Names);
            Assert.Equal(kept + 1_000_001, (await replica.PutAsync("c")).Version);
        }

        await using var again = await Replica.StartAsync(database);
        Assert.Equal(kept + 1_000_001, again.Store.Current.Version);
    }

    [Fact]
    public async Task B11_DatabaseOfAnEarlierVersion_IsNoOtherOne()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        long last;
        await using (var replica = await Replica.StartAsync(database))
        {
            last = (await replica.PutAsync("a")).Version;
        }

        await PostgresServer.ExecuteAsync(database, "update mesh.head set origin = split_part(origin, '/', 1) || '/' || split_part(origin, '/', 2)", Cancellation);
        await using var next = await Replica.StartAsync(database);

        Assert.Equal(last, next.Store.Current.Version);
    }

    private static async Task WaitForLockWaitAsync(string database) => await Mesh.Testing.Eventually.ReachesAsync(
        "the write waits for the head",
        async () => (long)(await PostgresServer.ExecuteAsync(
            database, "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%mesh.write%'", Cancellation))! > 0,
        cancellationToken: Cancellation);
}
