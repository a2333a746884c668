using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Testing;
using Mesh.Testing.Postgres;
using Npgsql;

namespace Mesh.EndToEnd.Tests.Replicas;

/// <summary>Three control planes on one database, written to over all of them while they are killed one after the other and the database restarts.</summary>
/// <remarks><c>MESH_REPLICA_SECONDS</c> and <c>MESH_REPLICA_RATE</c> (writes a second) make it longer and harder; 60 and 200 are what the product promises.</remarks>
public sealed class ReplicaLoadTests(ITestOutputHelper output)
{
    private const int Objects = 20;
    private const int Clients = 6;

    private static readonly int Seconds = Setting("MESH_REPLICA_SECONDS", 12);
    private static readonly int Rate = Setting("MESH_REPLICA_RATE", 60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task H01_ReplicasKilledAndDatabaseRestarted_LoseNothingAndKeepTheirOrder()
    {
        await using var server = new PostgresServer();
        var connection = await server.CreateDatabaseAsync(Cancellation);
        ControlPlaneReplica[] replicas = [new(connection), new(connection), new(connection)];
        try
        {
            await Task.WhenAll(replicas.Select(replica => replica.StartAsync(Cancellation)));
            await RunAsync(server, connection, replicas);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new InvalidOperationException(string.Join('\n', replicas.Select(replica => replica.Describe())), exception);
        }
        finally
        {
            await Task.WhenAll(replicas.Select(replica => replica.DisposeAsync().AsTask()));
        }
    }

    private async Task RunAsync(PostgresServer server, string connection, ControlPlaneReplica[] replicas)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(30) };
        Uri[] addresses = [.. replicas.Select(replica => replica.Http)];
        ObjectWriter[] writers = [.. Enumerable.Range(0, Objects).Select(number => new ObjectWriter($"route-{number}", addresses, client))];
        await Task.WhenAll(writers.Select(writer => writer.CreateAsync(Cancellation)));
        string[] names = [.. writers.Select(writer => writer.Name)];
        RouteFollower[] followers = [.. Enumerable.Range(0, Clients).Select(number => new RouteFollower(Enumerable.Range(0, 3).Select(turn => replicas[(number + turn) % 3].Xds), $"client-{number}"))];
        await Task.WhenAll(followers.Select(follower => follower.FollowAsync(names, Cancellation))).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancellation);
        ObjectWatcher[] watchers = [.. Enumerable.Range(0, 3).Select(number => new ObjectWatcher(addresses, number, client))];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = Task.WhenAll(watchers.Select(watcher => watcher.RunAsync(end.Token)));

        await Task.WhenAll(LoadAsync(writers), DisturbAsync(server, replicas));
        var expected = await ReadAsync(connection, names);
        var converged = await ConvergeAsync(followers, names, expected);
        await Eventually.ReachesAsync("the watchers have seen everything", () => watchers.All(watcher => watcher.Numbers(names).SequenceEqual(expected)), cancellationToken: Cancellation);
        await end.CancelAsync();
        await watching;
        await VerifyAsync(connection, writers, expected);
        Report(writers, watchers, followers, converged);

        Assert.All(watchers, watcher => Assert.Empty(watcher.Inversions));
        foreach (var follower in followers)
        {
            await follower.DisposeAsync();
        }
    }

    /// <summary>Each object has one writer, whose writes follow each other; together they write at the rate.</summary>
    private static Task LoadAsync(ObjectWriter[] writers) => Task.WhenAll(writers.Select(async writer =>
    {
        var interval = TimeSpan.FromSeconds((double)writers.Length / Rate);
        using var timer = new PeriodicTimer(interval);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds)
        {
            await writer.WriteAsync(Cancellation);
            await timer.WaitForNextTickAsync(Cancellation);
        }
    }));

    /// <summary>A replica dies at each sixth of the time, the database restarts at its half.</summary>
    private static async Task DisturbAsync(PostgresServer server, ControlPlaneReplica[] replicas)
    {
        var step = TimeSpan.FromSeconds(Seconds / 6.0);
        using var timer = new PeriodicTimer(step);
        Task[] restarting = [Task.CompletedTask, Task.CompletedTask, Task.CompletedTask];
        for (var turn = 1; turn <= 5; turn++)
        {
            await timer.WaitForNextTickAsync(Cancellation);
            if (turn == 3)
            {
                await server.StopAsync(Cancellation);
                await server.StartAsync(Cancellation);
            }

            // On a slow machine it may still be starting from the last time.
            await restarting[turn % 3];
            restarting[turn % 3] = replicas[turn % 3].KillAndRestartAsync(Cancellation);
        }

        await Task.WhenAll(restarting);
    }

    /// <summary>The number of each object as the database has it.</summary>
    private static async Task<int[]> ReadAsync(string connection, string[] names)
    {
        var numbers = new int[names.Length];
        for (var index = 0; index < names.Length; index++)
        {
            var document = (string)(await PostgresServer.ExecuteAsync(
                connection, $"select document::text from mesh.object where kind = 'VirtualService' and name = '{names[index]}'", Cancellation))!;
            numbers[index] = ObjectWriter.NumberOf(JsonNode.Parse(document)!);
        }

        return numbers;
    }

    private static async Task<TimeSpan> ConvergeAsync(RouteFollower[] followers, string[] names, int[] expected)
    {
        var start = Stopwatch.GetTimestamp();
        await Eventually.ReachesAsync(
            "all clients have the newest routes",
            () => followers.All(follower => follower.Numbers(names).SequenceEqual(expected)),
            () => string.Join('\n', followers.Select(follower => string.Join(',', follower.Numbers(names))).Prepend(string.Join(',', expected))),
            TimeSpan.FromSeconds(30),
            Cancellation);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Every acknowledged write is in the history under its version, and no object is older than its last one.</summary>
    private static async Task VerifyAsync(string connection, ObjectWriter[] writers, int[] expected)
    {
        var history = new Dictionary<long, (string Name, int Number)>();
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("select version, name, document from mesh.change where kind = 'VirtualService' order by version", open);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            history[reader.GetInt64(0)] = (reader.GetString(1), ObjectWriter.NumberOf(JsonNode.Parse(reader.GetString(2))!));
        }

        for (var index = 0; index < writers.Length; index++)
        {
            var writer = writers[index];
            Assert.NotEmpty(writer.Acknowledged);
            Assert.All(writer.Acknowledged, write => Assert.Equal((writer.Name, write.Number), history.GetValueOrDefault(write.Version)));
            Assert.True(expected[index] >= writer.Acknowledged.Max(write => write.Number), $"{writer.Name} is at {expected[index]}, and a later write was acknowledged");
        }
    }

    private void Report(ObjectWriter[] writers, ObjectWatcher[] watchers, RouteFollower[] followers, TimeSpan converged)
    {
        var failures = writers.SelectMany(writer => writer.Failures).GroupBy(failure => failure.Key).Select(reason => $"{reason.Sum(failure => failure.Value)} {reason.Key}");
        var latencies = writers.SelectMany(writer => writer.Latencies).Order().ToArray();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{writers.Sum(writer => writer.Acknowledged.Count)} writes acknowledged in {Seconds} s, not: {string.Join(", ", failures)}; p50 {latencies[latencies.Length / 2]:F1} ms, p99 {latencies[latencies.Length * 99 / 100]:F1} ms"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{watchers.Sum(watcher => watcher.Events)} events in 3 watchers, {watchers.Sum(watcher => watcher.Relists) - watchers.Length} relists, {watchers.Sum(watcher => watcher.Inversions.Count)} inversions; {followers.Length} xDS clients converged {converged.TotalMilliseconds:F0} ms after the end, {followers.Sum(follower => follower.Inversions)} older routes on the way"));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
