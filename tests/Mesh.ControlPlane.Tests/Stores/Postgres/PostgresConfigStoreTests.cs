using Mesh.Config.Stores;
using Mesh.Testing.Postgres;

namespace Mesh.ControlPlane.Tests.Stores.Postgres;

[Collection(PostgresTests.Name)]
public sealed class PostgresConfigStoreTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_NewResource_IsVisibleHereAtOnceAndThereSoon()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Replica.StartAsync(database);
        await using var there = await Replica.StartAsync(database);

        var result = await here.PutAsync("a", expected: 0);

        Assert.Equal(WriteStatus.Done, result.Status);
        var seen = here.Store.Current.Resources[Replica.Id("a")];
        Assert.Equal(result.Version, seen.ResourceVersion);
        Assert.Equal(result.Version, result.Resource!.ResourceVersion);
        await there.ReachesAsync(result.Version);
        var other = there.Store.Current.Resources[Replica.Id("a")];
        Assert.Equal(seen.ResourceVersion, other.ResourceVersion);
        Assert.Equal(seen.CreationTimestamp, other.CreationTimestamp);
        Assert.Equal(seen.Spec, other.Spec);
        Assert.Equal(Replica.ToJson(seen), Replica.ToJson(other));
    }

    [Fact]
    public async Task WriteAsync_SameContentInOtherOrder_IsUnchanged()
    {
        await using var replica = await Replica.StartAsync(await server.CreateDatabaseAsync(Cancellation));
        var written = await replica.PutAsync("a");
        var spec = """{"http":[{"route":[{"destination":{"host":"reviews"}}]}],"hosts":["a"]}""";
        var same = Replica.Route("a") with
        {
            Document = Replica.Json($$"""{ "kind": "VirtualService", "spec": {{spec}}, "metadata": {"name":"a"}, "apiVersion": "networking.istio.io/v1" }"""),
        };

        var result = await replica.Store.WriteAsync(new ResourceWrite(same.Id, same, written.Version), Cancellation);

        Assert.Equal(WriteStatus.Unchanged, result.Status);
        Assert.Equal(written.Version, result.Resource!.ResourceVersion);
        Assert.Equal(written.Version, replica.Store.Current.Version);
    }

    [Fact]
    public async Task WriteAsync_UnexpectedVersion_IsAConflictWithWhatIsThere()
    {
        await using var replica = await Replica.StartAsync(await server.CreateDatabaseAsync(Cancellation));
        var first = await replica.PutAsync("a", "one");
        var second = await replica.PutAsync("a", "two", first.Version);

        var stale = await replica.PutAsync("a", "three", first.Version);
        var absent = await replica.PutAsync("b", "three", first.Version);
        var present = await replica.PutAsync("a", "three", 0);

        Assert.Equal((WriteStatus.Conflict, second.Version), (stale.Status, stale.Resource!.ResourceVersion));
        Assert.Equal((WriteStatus.Conflict, null), (absent.Status, absent.Resource));
        Assert.Equal((WriteStatus.Conflict, second.Version), (present.Status, present.Resource!.ResourceVersion));
        Assert.Equal(second.Version, replica.Store.Current.Version);
    }

    [Fact]
    public async Task WriteAsync_Removal_ReturnsWhatWasThere()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Replica.StartAsync(database);
        await using var there = await Replica.StartAsync(database);
        var written = await here.PutAsync("a");

        var stale = await there.DeleteAsync("a", written.Version + 7);
        var removed = await there.DeleteAsync("a", written.Version);
        var again = await here.DeleteAsync("a");

        Assert.Equal(WriteStatus.Conflict, stale.Status);
        Assert.Equal((WriteStatus.Done, "a"), (removed.Status, removed.Resource!.Id.Name));
        Assert.Empty(there.Names);
        Assert.Equal(WriteStatus.Absent, again.Status);
        await here.ReachesAsync(removed.Version);
        Assert.Empty(here.Names);
    }

    [Fact]
    public async Task WriteAsync_TwoReplicasAtOnce_ExactlyOneWins()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Replica.StartAsync(database);
        await using var there = await Replica.StartAsync(database);
        var version = (await here.PutAsync("a", "start")).Version;

        for (var round = 0; round < 50; round++)
        {
            var results = await Task.WhenAll(here.PutAsync("a", $"here-{round}", version), there.PutAsync("a", $"there-{round}", version));

            var winner = Assert.Single(results, result => result.Status == WriteStatus.Done);
            var loser = Assert.Single(results, result => result.Status == WriteStatus.Conflict);
            Assert.Equal(winner.Version, loser.Resource!.ResourceVersion);
            version = winner.Version;
        }
    }

    [Fact]
    public async Task History_ManyWritersOnThreeReplicas_IsTheSameEverywhereWithoutGapsOrInversions()
    {
        const int writers = 12;
        const int writes = 40;
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var first = await Replica.StartAsync(database);
        await using var second = await Replica.StartAsync(database);
        await using var third = await Replica.StartAsync(database);
        Replica[] replicas = [first, second, third];
        var start = first.Store.Current.Version;

        await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            for (var number = 0; number < writes; number++)
            {
                var result = await replicas[(writer + number) % 3].PutAsync($"w{writer}", $"to-{number}");
                Assert.Equal(WriteStatus.Done, result.Status);
            }
        }));

        var last = start + (writers * writes);
        foreach (var replica in replicas)
        {
            await replica.ReachesAsync(last);
            Assert.Equal(Enumerable.Range(1, writers * writes).Select(number => start + number), replica.Versions(start));
            Assert.All(Enumerable.Range(0, writers), writer => Assert.Contains($"to-{writes - 1}", Replica.ToJson(replica.Store.Current.Resources[Replica.Id($"w{writer}")]), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task History_ListenerKilledAgainAndAgain_MissesNothing()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var writer = await Replica.StartAsync(database);
        await using var reader = await Replica.StartAsync(database);
        var start = reader.Store.Current.Version;
        WriteResult? last = null;

        for (var number = 0; number < 200; number++)
        {
            if (number % 40 == 20)
            {
                await PostgresServer.ExecuteAsync(
                    database, "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'select h.version%' and datname = current_database()", Cancellation);
            }

            last = await writer.PutAsync($"n{number % 10}", $"to-{number}");
            Assert.Equal(WriteStatus.Done, last.Status);
        }

        await reader.ReachesAsync(last!.Version);
        Assert.Equal(Enumerable.Range(1, 200).Select(number => start + number), reader.Versions(start));
        Assert.Contains(reader.Logs.Entries, entry => entry.EventName == "DatabaseConnectionLost");
    }

    [Fact]
    public async Task History_NewReplica_StartsFromAllThatIsThere()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var writer = await Replica.StartAsync(database);
        await writer.PutAsync("a");
        await writer.PutAsync("b");
        var last = await writer.DeleteAsync("a");

        await using var late = await Replica.StartAsync(database);

        Assert.Equal(["b"], late.Names);
        Assert.Equal(last.Version, late.Store.Current.Version);
        Assert.False(late.Store.History.TryGetChanges(last.Version - 1, out _));
    }

    [Fact]
    public async Task Current_UnreadableResource_LeavesTheOthers()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var replica = await Replica.StartAsync(database);
        replica.Logs.Expect("DatabaseConfigUnreadable");
        await PostgresServer.ExecuteAsync(
            database,
            "select mesh.write(gen_random_uuid(), 'default', 'Novelty', 'networking.istio.io', 'n', null, '\\x00', '{\"apiVersion\":\"networking.istio.io/v9\",\"kind\":\"Novelty\"}')",
            Cancellation);

        var result = await replica.PutAsync("a");

        Assert.Equal(WriteStatus.Done, result.Status);
        Assert.Equal(["a"], replica.Names);
        Assert.Contains(replica.Logs.Entries, entry => entry.EventName == "DatabaseConfigUnreadable");
    }
}
