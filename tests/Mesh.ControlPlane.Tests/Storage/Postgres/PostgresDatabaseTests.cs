using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Tests.Stores.Postgres;
using Mesh.Testing.Logging;
using Mesh.Testing.Postgres;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Storage.Postgres;

[Collection(PostgresTests.Name)]
public sealed class PostgresDatabaseTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_ManyReplicasAtOnce_MigrateOnce()
    {
        var connection = await server.CreateDatabaseAsync(Cancellation);
        using var logs = new LogCollector();

        var databases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync(connection, logs)));

        Assert.Single(logs.Entries, entry => entry.EventName == "DatabaseMigrated");
        Assert.Equal((long)SchemaMigrator.Newest, await PostgresServer.ExecuteAsync(connection, "select count(*) from mesh.migration", Cancellation));
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task OpenAsync_SchemaOfANewerVersion_SaysSo()
    {
        var connection = await server.CreateDatabaseAsync(Cancellation);
        using var logs = new LogCollector();
        await (await OpenAsync(connection, logs)).DisposeAsync();
        await PostgresServer.ExecuteAsync(connection, "insert into mesh.migration (version) values (99)", Cancellation);

        var exception = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync(connection, logs));

        Assert.Contains("is of version 99", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_SchemaMadeByAnAdministrator_NeedsNoRightToMakeOne()
    {
        var connection = await server.CreateDatabaseAsync(Cancellation);
        await PostgresServer.ExecuteAsync(connection, "create role plain login; create schema mesh authorization plain", Cancellation);
        using var logs = new LogCollector();

        await using var database = await OpenAsync(connection.Replace("Username=mesh", "Username=plain", StringComparison.Ordinal), logs);

        Assert.Contains(logs.Entries, entry => entry.EventName == "DatabaseMigrated");
    }

    [Fact]
    public async Task OpenAsync_NoSuchDatabase_FailsAtOnceAndWithoutTheSecret()
    {
        await server.StartAsync(Cancellation);
        var connection = (await server.CreateDatabaseAsync(Cancellation)).Replace("Database=test", "Password=hunter2;Database=absent", StringComparison.Ordinal);
        using var logs = new LogCollector();

        var exception = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync(connection, logs));

        Assert.Contains("refuses this control plane: 3D000", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NobodyAnswers_GivesUpInTimeAndSaysWhere()
    {
        using var logs = new LogCollector();
        logs.Expect("DatabaseStartWaits");
        var settings = new PostgresSettings { ConnectionString = "Host=127.0.0.1;Port=1;Password=hunter2;Username=u;Database=d", StartTimeout = TimeSpan.FromMilliseconds(300) };

        var exception = await Assert.ThrowsAsync<DatabaseException>(
            () => PostgresDatabase.OpenAsync(settings, logs.CreateLogger<PostgresDatabase>(), TimeProvider.System, new Random(1), Cancellation));

        Assert.Contains("127.0.0.1:1, database d, user u", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception + string.Concat(logs.Entries), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db;Password=hunter2;Colour=blue")]
    [InlineData("hunter2")]
    [InlineData("Password=hunter2;Timeout=hunter2;Host=a")]
    [InlineData("Password=hunter2")]
    public void Check_BadConnectionString_SaysWhatIsExpectedWithoutTheSecret(string text)
    {
        var error = PostgresConnectionString.Check(text);

        Assert.Contains("expected", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LeaderLosesItsSession_AnotherLeads()
    {
        var connection = await server.CreateDatabaseAsync(Cancellation);
        using var logs = new LogCollector();
        await using var database = await OpenAsync(connection, logs);
        var interval = TimeSpan.FromMilliseconds(100);
        await using var first = new AdvisoryLeadership(database, logs.CreateLogger<AdvisoryLeadership>(), interval);
        await using var second = new AdvisoryLeadership(database, logs.CreateLogger<AdvisoryLeadership>(), interval);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var terms = System.Threading.Channels.Channel.CreateUnbounded<(int Who, CancellationToken Term)>();
        Task Lead(AdvisoryLeadership leadership, int who) => leadership.RunAsync(
            async term =>
            {
                terms.Writer.TryWrite((who, term));
                await Task.Delay(Timeout.Infinite, term);
            },
            stopping.Token);
        var running = Task.WhenAll(Lead(first, 1), Lead(second, 2));
        var before = await terms.Reader.ReadAsync(Cancellation);
        Assert.True((before.Who == 1 ? first : second).IsLeader);
        Assert.False((before.Who == 1 ? second : first).IsLeader);

        await PostgresServer.ExecuteAsync(connection, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted", Cancellation);

        var after = await terms.Reader.ReadAsync(Cancellation);
        await Mesh.Testing.Eventually.ReachesAsync("the old term is over", () => before.Term.IsCancellationRequested, cancellationToken: Cancellation);
        Assert.False(after.Term.IsCancellationRequested);
        await stopping.CancelAsync();
        await running;
    }

    private static Task<PostgresDatabase> OpenAsync(string connection, LogCollector logs) => PostgresDatabase.OpenAsync(
        new PostgresSettings { ConnectionString = connection, StartTimeout = TimeSpan.FromSeconds(20) },
        logs.CreateLogger<PostgresDatabase>(),
        TimeProvider.System,
        new Random(1),
        Cancellation);
}
