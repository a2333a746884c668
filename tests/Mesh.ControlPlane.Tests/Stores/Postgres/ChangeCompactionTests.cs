using Mesh.ControlPlane.Storage;
using Mesh.ControlPlane.Stores.Postgres;
using Mesh.Testing.Postgres;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Stores.Postgres;

[Collection(PostgresTests.Name)]
public sealed class ChangeCompactionTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CompactAsync_MoreThanAreKept_ForgetsTheOldest()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database, settings => settings with { KeepChanges = 5, KeepAtLeast = TimeSpan.Zero });
        for (var number = 0; number < 20; number++)
        {
            await replica.PutAsync("a", $"to-{number}");
        }

        await using var compaction = new ChangeCompaction(replica.Database, new NeverLeads(), replica.Logs.CreateLogger<ChangeCompaction>());
        await compaction.CompactAsync(Cancellation);
        await compaction.CompactAsync(Cancellation);

        Assert.Equal(5L, await PostgresServer.ExecuteAsync(database, "select count(*) from mesh.change", Cancellation));
        Assert.Equal(replica.Store.Current.Version - 5, await PostgresServer.ExecuteAsync(database, "select compacted from mesh.head", Cancellation));
        var next = await replica.PutAsync("a", "after");
        Assert.Equal(next.Version, replica.Store.Current.Version);
    }

    [Fact]
    public async Task CompactAsync_YoungChanges_KeepsThem()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database, settings => settings with { KeepChanges = 0, KeepFor = TimeSpan.Zero });
        await replica.PutAsync("a");

        await using var compaction = new ChangeCompaction(replica.Database, new NeverLeads(), replica.Logs.CreateLogger<ChangeCompaction>());
        await compaction.CompactAsync(Cancellation);

        Assert.Equal(1L, await PostgresServer.ExecuteAsync(database, "select count(*) from mesh.change", Cancellation));
    }

    [Fact]
    public async Task History_ReplicaBehindTheCompaction_StartsAnewAndSaysSo()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database);
        await replica.PutAsync("gone");
        var kept = await replica.PutAsync("kept");
        var before = replica.Store.Current.Resources[Replica.Id("kept")];

        // In one transaction, so that the replica cannot follow step by step: three writes, and all of them compacted.
        await PostgresServer.ExecuteAsync(
            database,
            """
            delete from mesh.object where name = 'gone';
            update mesh.head set version = version + 3, compacted = version + 3;
            notify mesh_change
            """,
            Cancellation);
        await replica.ReachesAsync(kept.Version + 3);

        Assert.Equal(["kept"], replica.Names);
        Assert.Same(before, replica.Store.Current.Resources[Replica.Id("kept")]);
        Assert.False(replica.Store.History.TryGetChanges(kept.Version, out _));
        Assert.True(replica.Store.History.TryGetChanges(kept.Version + 3, out _));
    }

    private sealed class NeverLeads : ILeadership
    {
        public bool IsLeader => false;

        public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken stopping) => Task.CompletedTask;
    }
}
