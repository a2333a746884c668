using System.Globalization;
using System.Text;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Storage;
using Mesh.ControlPlane.Tests.Authority;
using Mesh.ControlPlane.Tests.Stores;
using Mesh.ControlPlane.Tests.Stores.Postgres;
using Mesh.Testing;
using Mesh.Testing.Postgres;

namespace Mesh.ControlPlane.Tests.Storage.Postgres;

[Collection(PostgresTests.Name)]
public sealed class PostgresStateTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exclusively_ManyOnTwoReplicas_LosesNoUpdate()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await StateReplica.StartAsync(database);
        await using var there = await StateReplica.StartAsync(database);

        void Count(IStateStore state) => state.Exclusively(() =>
        {
            var number = state.Read("count") is { } content ? int.Parse(Encoding.UTF8.GetString(content), CultureInfo.InvariantCulture) : 0;
            state.Write("count", Encoding.UTF8.GetBytes((number + 1).ToString(CultureInfo.InvariantCulture)));
            return number;
        });

        // No more than get their turn within the lock's timeout on a machine that does much else.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => Count(number % 2 == 0 ? here.State : there.State), Cancellation)));

        Assert.Equal("20", Encoding.UTF8.GetString(here.State.Read("count")!));
    }

    [Fact]
    public async Task Exclusively_WorkThatFails_WritesNothing()
    {
        await using var replica = await StateReplica.StartAsync(await server.CreateDatabaseAsync(Cancellation));

        Assert.Throws<InvalidOperationException>(() => replica.State.Exclusively<int>(() =>
        {
            replica.State.Write("a", "1"u8);
            throw new InvalidOperationException();
        }));

        Assert.Null(replica.State.Read("a"));
        replica.State.Write("a", "2"u8);
        replica.State.Rename("a", "b");
        Assert.Null(replica.State.Read("a"));
        Assert.Equal("2"u8.ToArray(), replica.State.Read("b"));
    }

    [Fact]
    public async Task ReadAdded_ManyAddAtOnce_LeavesNothingOut()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await StateReplica.StartAsync(database);
        await using var there = await StateReplica.StartAsync(database);
        var position = 0L;
        var read = new HashSet<string>();

        var adding = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            () =>
            {
                for (var number = 0; number < 50; number++)
                {
                    (writer % 2 == 0 ? here : there).State.Append("lines", Encoding.UTF8.GetBytes($"{writer}-{number}\n"));
                }
            },
            Cancellation)));
        while (!adding.IsCompleted)
        {
            Read();
        }

        await adding;
        Read();
        Assert.Equal(400, read.Count);
        Assert.Empty(here.State.ReadAdded("others", ref position));

        void Read() => read.UnionWith(Encoding.UTF8.GetString(here.State.ReadAdded("lines", ref position)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Authority_ReplicasThatStartTogether_AreOne()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        var replicas = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StateReplica.StartAsync(database)));

        Assert.Single(replicas.Select(replica => replica.Authority.Pins.Single()).Distinct());
        var issued = replicas[1].Issue("reviews");
        replicas[0].Authority.Revoke(issued.Serial, "test");
        Assert.Equal("spiffe://cluster.local/ns/default/sa/reviews", replicas[2].Authority.Log.Find(issued.Serial)?.Identity);
        await Eventually.ReachesAsync(
            "all know the revocation", () => replicas.All(replica => replica.Authority.IsRevoked(AuthorityBed.Leaf(issued))), cancellationToken: Cancellation);

        replicas[2].Authority.AddRoot();
        await Eventually.ReachesAsync("all have both roots", () => replicas.All(replica => replica.Authority.Pins.Length == 2), cancellationToken: Cancellation);
        Assert.Single(replicas.Select(replica => string.Join(' ', replica.Authority.Pins)).Distinct());
        replicas[0].Authority.Reissue();
        await Eventually.ReachesAsync(
            "all issue by the new root", () => replicas.Select(replica => replica.Authority.Status().Roots[0].Name).Distinct().Count() == 1, cancellationToken: Cancellation);
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task RevokeIdentity_IssuedByAnotherReplica_IsTakenBack()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await StateReplica.StartAsync(database);
        await using var there = await StateReplica.StartAsync(database);
        var issued = there.Issue("reviews");

        Assert.Equal(1, here.Authority.RevokeIdentity(AuthorityBed.Id("reviews"), "test"));

        await Eventually.ReachesAsync(
            "the other refuses", () => there.Authority.IsRevoked(AuthorityBed.Id("reviews")) && there.Authority.IsRevoked(AuthorityBed.Leaf(issued)), cancellationToken: Cancellation);
        Assert.True(there.Authority.Reinstate(AuthorityBed.Id("reviews")));
        await Eventually.ReachesAsync("here knows", () => !here.Authority.IsRevoked(AuthorityBed.Id("reviews")), cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Tokens_MadeOnOneReplica_AreGoodOnAnotherUntilRevoked()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await StateReplica.StartAsync(database);
        await using var there = await StateReplica.StartAsync(database);
        var made = here.Tokens.CreateApi("ops", [new RoleGrant(Role.Admin, null)], TimeSpan.FromHours(1));

        await Eventually.ReachesAsync("the token is good there", () => there.Tokens.VerifyApi(made.Text) is not null, cancellationToken: Cancellation);

        Assert.True(there.Tokens.Revoke(made.Record.Id));
        await Eventually.ReachesAsync("the token is good no more", () => here.Tokens.VerifyApi(made.Text) is null, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task TryConsume_OnTwoReplicasAtOnce_OneWins()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await StateReplica.StartAsync(database);
        await using var there = await StateReplica.StartAsync(database);

        for (var round = 0; round < 10; round++)
        {
            var made = here.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.FromHours(1), once: true);
            var used = await Task.WhenAll(new[] { here, there }.Select(replica => Task.Run(() => replica.Tokens.TryConsume(made.Record.Id), Cancellation)));
            Assert.Single(used, won => won);
        }
    }

    [Fact]
    public async Task Seal_WithAKeyFile_HidesWhatIsStoredAndRefusesOtherKeys()
    {
        using var folder = new TemporaryFolder();
        var database = await server.CreateDatabaseAsync(Cancellation);
        var (key, other) = (KeyFile(folder, "key", 1), KeyFile(folder, "other", 2));
        string pin;
        await using (var replica = await StateReplica.StartAsync(database, key))
        {
            pin = replica.Authority.Pins.Single();
        }

        Assert.Equal(0L, await PostgresServer.ExecuteAsync(database, "select count(*) from mesh.state where position('PRIVATE KEY'::bytea in content) > 0", Cancellation));
        Assert.True((long)(await PostgresServer.ExecuteAsync(database, "select count(*) from mesh.state where position('MeshSeal1'::bytea in content) = 1", Cancellation))! >= 3);
        await using (var again = await StateReplica.StartAsync(database, key))
        {
            Assert.Equal(pin, again.Authority.Pins.Single());
        }

        Assert.Contains("another key", (await Assert.ThrowsAsync<StateException>(() => StateReplica.StartAsync(database, other))).Message, StringComparison.Ordinal);
        Assert.Contains("is sealed", (await Assert.ThrowsAsync<StateException>(() => StateReplica.StartAsync(database))).Message, StringComparison.Ordinal);
        await PostgresServer.ExecuteAsync(database, "update mesh.state set content = (select content from mesh.state where name like 'root%key.pem') where name like 'issuer%key.pem'", Cancellation);
        await Assert.ThrowsAsync<StateException>(() => StateReplica.StartAsync(database, key));
    }

    [Fact]
    public async Task Write_DatabaseAway_SaysSo()
    {
        await using var own = new PostgresServer();
        await using var replica = await StateReplica.StartAsync(await own.CreateDatabaseAsync(Cancellation));
        replica.Logs.Expect("DatabaseAway");
        await own.StopAsync(Cancellation);

        var exception = Assert.Throws<StateException>(() => replica.State.Write("a", "1"u8));

        Assert.Contains("Try again in some seconds", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(replica.Authority.Bundles);
    }

    private static string KeyFile(TemporaryFolder folder, string name, byte fill)
    {
        folder.Write(name, Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()));
        var path = folder.File(name);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
