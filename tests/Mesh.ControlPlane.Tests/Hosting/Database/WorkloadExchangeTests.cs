using System.Collections.Immutable;
using Mesh.ControlPlane.Hosting.Database;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Tests.Stores.Postgres;
using Mesh.Testing;
using Mesh.Testing.Logging;
using Mesh.Testing.Postgres;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Hosting.Database;

[Collection(PostgresTests.Name)]
public sealed class WorkloadExchangeTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_ConnectedElsewhere_AreTheSameEverywhere()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Member.StartAsync(database);
        await using var there = await Member.StartAsync(database);

        var lease = here.Connect("a", "10.0.0.1");
        there.Connect("b", "10.0.0.2");
        await Eventually.ReachesAsync("both know both", () => here.Nodes == "a,b" && there.Nodes == "a,b", cancellationToken: Cancellation);
        Assert.True(WorkloadRegistry.AreEqual(here.Registry.Instances["a"], there.Registry.Instances["a"]));

        Assert.Null(here.Registry.Updated(lease, here.Registry.Instances["a"] with { State = EndpointState.Draining }));
        await Eventually.ReachesAsync("there it drains", () => there.Registry.Instances["a"].State == EndpointState.Draining, cancellationToken: Cancellation);
        here.Registry.Disconnected(lease);
        await Eventually.ReachesAsync("it is gone", () => here.Nodes == "b" && there.Nodes == "b", cancellationToken: Cancellation);
        await using var late = await Member.StartAsync(database);
        Assert.Equal("b", late.Nodes);
    }

    [Fact]
    public async Task Instances_NodeIdThatNoDatabaseTakes_DisturbsNobodyElse()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Member.StartAsync(database);
        await using var there = await Member.StartAsync(database);

        here.Logs.Expect("WorkloadRejected");

        here.Register("bad\0", "10.0.0.1");
        here.Connect("good", "10.0.0.2");

        await Eventually.ReachesAsync("the other one is known there", () => there.Nodes == "good", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Instances_ProcessThatMovesThereAndBack_IsNeverMissed()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Member.StartAsync(database);
        await using var there = await Member.StartAsync(database);
        await using var third = await Member.StartAsync(database);
        var first = here.Connect("a", "10.0.0.1");
        await Eventually.ReachesAsync("third knows", () => third.Nodes == "a", cancellationToken: Cancellation);
        var missed = 0;
        third.Registry.Changed += () => missed += third.Nodes == "a" ? 0 : 1;

        here.Registry.Disconnected(first);
        var second = there.Connect("a", "10.0.0.1");
        await Eventually.ReachesAsync("here it is held by there alone", () => here.Registry.Local.IsEmpty && here.Nodes == "a", cancellationToken: Cancellation);
        there.Registry.Disconnected(second);
        here.Connect("a", "10.0.0.1");
        await Eventually.ReachesAsync("there it is held by here alone", () => there.Registry.Local.IsEmpty && there.Nodes == "a", cancellationToken: Cancellation);

        Assert.Equal("a", third.Nodes);
        Assert.Equal(0, missed);
    }

    [Fact]
    public async Task Instances_OfAControlPlaneThatDied_AreKeptUntilItIsMissed()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await Member.StartAsync(database);
        var dead = await Member.StartAsync(database);
        dead.Connect("a", "10.0.0.1");
        dead.Connect("moves", "10.0.0.2");
        await Eventually.ReachesAsync("here knows", () => here.Nodes == "a,moves", cancellationToken: Cancellation);

        await dead.DisposeAsync();
        here.Connect("moves", "10.0.0.2");
        Assert.Equal("a,moves", here.Nodes);
        await Eventually.ReachesAsync("it is missed", () => here.Nodes == "moves", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Instances_DatabaseAwayForLong_AreKept()
    {
        await using var own = new PostgresServer();
        var database = await own.CreateDatabaseAsync(Cancellation);
        await using var here = await Member.StartAsync(database);
        await using var there = await Member.StartAsync(database);
        here.Logs.Expect("DatabaseAway");
        there.Logs.Expect("DatabaseAway");
        here.Connect("a", "10.0.0.1");
        await Eventually.ReachesAsync("there knows", () => there.Nodes == "a", cancellationToken: Cancellation);
        var missed = 0;
        there.Registry.Changed += () => missed += there.Registry.Instances.ContainsKey("a") ? 0 : 1;

        await own.StopAsync(Cancellation);
        await Eventually.ReachesAsync("it is away", () => there.Logs.Entries.Any(entry => entry.EventName == "DatabaseAway"), cancellationToken: Cancellation);
        await own.StartAsync(Cancellation);
        await PostgresServer.ExecuteAsync(database, "delete from mesh.workload; delete from mesh.replica", Cancellation);
        there.Connect("b", "10.0.0.2");
        await Eventually.ReachesAsync("both know both", () => here.Nodes == "a,b" && there.Nodes == "a,b", cancellationToken: Cancellation);
        Assert.Equal(0, missed);
    }

    private sealed class Member : IAsyncDisposable
    {
        private readonly PostgresDatabase _database;
        private readonly WorkloadExchange _exchange;

        private Member(PostgresDatabase database, LogCollector logs)
        {
            (_database, Logs) = (database, logs);
            Registry = new WorkloadRegistry(new WorkloadLimits { Grace = TimeSpan.FromMilliseconds(300) }, TimeProvider.System, logs.CreateLogger<WorkloadRegistry>());
            _exchange = new WorkloadExchange(database, Registry, logs.CreateLogger<WorkloadExchange>(), TimeSpan.FromSeconds(2));
        }

        public WorkloadRegistry Registry { get; }

        public LogCollector Logs { get; }

        public string Nodes => string.Join(',', Registry.Instances.Keys);

        public static async Task<Member> StartAsync(string connection)
        {
            var logs = new LogCollector();
            var database = await PostgresDatabase.OpenAsync(
                new PostgresSettings { ConnectionString = connection }, logs.CreateLogger<PostgresDatabase>(), TimeProvider.System, new Random(1), Cancellation);
            var member = new Member(database, logs);
            await member._exchange.Loaded.WaitAsync(Cancellation);
            return member;
        }

        public WorkloadLease Connect(string node, string address)
        {
            var registration = Register(node, address);
            Assert.True(registration.IsAccepted, registration.Rejection);
            return registration.Lease!;
        }

        public WorkloadRegistration Register(string node, string address) => Registry.Connected(new WorkloadInstance
        {
            NodeId = node,
            Namespace = "default",
            WorkloadName = node,
            ServiceName = "reviews",
            Address = address,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("version", "v1"),
            Ports = ImmutableSortedDictionary<string, int>.Empty.Add("http", 9080),
            IsAuthenticated = true,
        });

        public async ValueTask DisposeAsync()
        {
            await _exchange.DisposeAsync();
            Registry.Dispose();
            await _database.DisposeAsync();
            Logs.VerifyNoUnexpected();
        }
    }
}
