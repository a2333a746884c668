using System.Collections.Immutable;
using System.Diagnostics;
using Mesh.Client.Fallback.Snapshots;
using Mesh.Client.Identity.Keeping;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Every client restarts while the control plane is away, and all come back at once when it returns (fault matrix B05, B06). <c>MESH_STORM_CLIENTS</c> sets how many.</summary>
public sealed class RestartStormTests : IDisposable
{
    private static readonly Authority Reviews = new("reviews", 9080);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mesh-storm-");

    private static int Clients => int.TryParse(Environment.GetEnvironmentVariable("MESH_STORM_CLIENTS"), out var clients) ? clients : 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Delete(recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task B05_B06_AllClientsRestartWithoutControlPlane_ServeFromTheirSnapshotsAndConvergeWhenItReturns()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation, LogLevel.Warning);
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        var first = Start(mesh);
        await Task.WhenAll(first.Select(async client => Assert.Equal(DestinationStatus.Routed, (await client.Client.WaitForAsync(Reviews, Cancellation)).Status)));
        await Task.WhenAll(first.Select(client => client.Keeper.WriteAsync()));
        await StopAsync(first);
        await mesh.StopControlPlaneAsync(Cancellation);

        var second = Start(mesh);
        var times = await Task.WhenAll(second.Select(ServeAsync));
        TestContext.Current.SendDiagnosticMessage($"{Clients} clients served from their snapshots: median {times.Order().ElementAt(times.Length / 2).TotalMilliseconds:0} ms, longest {times.Max().TotalMilliseconds:0} ms");

        var watch = Stopwatch.StartNew();
        await mesh.StartControlPlaneAsync(Cancellation);
        await Eventually.ReachesAsync(
            "all clients are connected again", () => second.All(client => client.Client.State.Status is XdsConnectionStatus.Connected), () => $"{second.Count(client => client.Client.State.Status is XdsConnectionStatus.Connected)} of {Clients}", TimeSpan.FromSeconds(60), Cancellation);
        TestContext.Current.SendDiagnosticMessage($"{Clients} clients connected again after {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.All(second, client => Assert.Equal(DestinationStatus.Routed, client.Client.Snapshot.Destinations[Reviews].Status));
        await StopAsync(second);
    }

    private static async Task<TimeSpan> ServeAsync((XdsClient Client, SnapshotKeeper Keeper) client)
    {
        var watch = Stopwatch.StartNew();
        var destination = await client.Client.WaitForAsync(Reviews, Cancellation);
        Assert.Equal((DestinationStatus.Routed, DestinationSource.Snapshot), (destination.Status, destination.Source));
        Assert.NotEmpty(destination.Clusters.Values.SelectMany(cluster => cluster.Endpoints.Localities));
        return watch.Elapsed;
    }

    private ImmutableArray<(XdsClient Client, SnapshotKeeper Keeper)> Start(InProcessMesh mesh) => [.. Enumerable.Range(0, Clients).Select(index =>
    {
        var node = new XdsNode($"sidecar~127.0.0.1~caller-{index}.default~default.svc.cluster.local")
        {
            Metadata = new() { ["NAMESPACE"] = "default" },
        };
        var client = new XdsClient(new XdsBootstrap([new XdsServer(mesh.XdsAddress)], node) { CertificateProviders = ["default", "ROOTCA"] }, new XdsClientOptions(), TimeProvider.System, new Random(index), mesh.Logs);
        var folder = new OwnerOnlyFolder(Path.Combine(_state.FullName, $"{index}"));
        var store = new SnapshotStore(folder, "caller.snapshot", "caller", new KeyFileSeal(folder), TimeSpan.FromDays(1), mesh.Logs.CreateLogger<SnapshotStore>());
        var keeper = new SnapshotKeeper(client, store, "caller", TimeSpan.FromSeconds(5), TimeSpan.FromDays(1), TimeProvider.System);
        keeper.Restore();
        client.Start();
        return (client, keeper);
    })];

    private static Task StopAsync(ImmutableArray<(XdsClient Client, SnapshotKeeper Keeper)> clients) =>
        Task.WhenAll(clients.Select(client => client.Client.DisposeAsync().AsTask()));
}
