using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Stores.Postgres;
using Mesh.Testing;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Stores.Postgres;

/// <summary>What one control plane has of the database.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private Replica(PostgresDatabase database, LogCollector logs, int capacity)
    {
        (Database, Logs) = (database, logs);
        Store = new PostgresConfigStore(database, logs.CreateLogger<PostgresConfigStore>(), historyCapacity: capacity);
    }

    public PostgresDatabase Database { get; }

    public LogCollector Logs { get; }

    public PostgresConfigStore Store { get; }

    public string[] Names => [.. Store.Current.Resources.Keys.Select(id => id.Name).Order(StringComparer.Ordinal)];

    public static async Task<Replica> StartAsync(
        string connectionString, Func<PostgresSettings, PostgresSettings>? configure = null, int capacity = ConfigHistory.DefaultCapacity)
    {
        var logs = new LogCollector();
        var settings = new PostgresSettings { ConnectionString = connectionString };
        var database = await PostgresDatabase.OpenAsync(
            configure?.Invoke(settings) ?? settings, logs.CreateLogger<PostgresDatabase>(), TimeProvider.System, new Random(1), TestContext.Current.CancellationToken);
        var replica = new Replica(database, logs, capacity);
        await replica.Store.Loaded.WaitAsync(Timeout, TimeProvider.System, TestContext.Current.CancellationToken);
        return replica;
    }

    /// <summary>A route as the API would write it.</summary>
    public static Resource Route(string name, string to = "reviews")
    {
        var resource = Assert.Single(Manifest.ReadValid(Manifest.Route(name, to)));
        return resource with { Origin = null };
    }

    public static ResourceId Id(string name) => new(ResourceKinds.NetworkingGroup, "VirtualService", "default", name);

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static string ToJson(Resource resource) => resource.Document.GetRawText();

    public Task<WriteResult> PutAsync(string name, string to = "reviews", long? expected = null) =>
        Store.WriteAsync(new ResourceWrite(Id(name), Route(name, to), expected), TestContext.Current.CancellationToken);

    public Task<WriteResult> DeleteAsync(string name, long? expected = null) =>
        Store.WriteAsync(new ResourceWrite(Id(name), null, expected), TestContext.Current.CancellationToken);

    /// <summary>Waits until the snapshot is at least of a version.</summary>
    public Task ReachesAsync(long version) =>
        Store.History.WaitAsync(version - 1, TestContext.Current.CancellationToken).WaitAsync(Timeout, TimeProvider.System, TestContext.Current.CancellationToken);

    public long[] Versions(long after)
    {
        Assert.True(Store.History.TryGetChanges(after, out var changes), $"changes after {after} are no longer kept");
        return [.. changes.Select(change => change.Version)];
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Database.DisposeAsync();
        Logs.VerifyNoUnexpected();
    }
}
