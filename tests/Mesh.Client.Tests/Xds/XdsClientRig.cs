using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Protocol.Xds;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Xds;

/// <summary>A client with a clock, a log and named states to wait for.</summary>
internal sealed class XdsClientRig : IAsyncDisposable
{
    public static readonly Authority Reviews = new("reviews", 9080);

    private readonly List<MeshSnapshot> _snapshots = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public XdsClientRig(XdsClientOptions options, params Uri[] servers)
        : this(options, new XdsBootstrap([.. servers.Select(server => new XdsServer(server))], new XdsNode("node-1")))
    {
    }

    public XdsClientRig(XdsClientOptions options, XdsBootstrap bootstrap)
    {
        Client = new XdsClient(bootstrap, options, Time, new Random(1), Logs);
        Client.SnapshotChanged += snapshot =>
        {
            lock (_lock)
            {
                _snapshots.Add(snapshot);
            }

            Signal();
        };
        Client.StateChanged += _ => Signal();
    }

    public FakeTimeProvider Time { get; } = new();

    public LogCollector Logs { get; } = new();

    public XdsClient Client { get; }

    public ImmutableArray<MeshSnapshot> Snapshots
    {
        get { lock (_lock) { return [.. _snapshots]; } }
    }

    public Destination? Destination(Authority authority) => Client.Snapshot.Destinations.GetValueOrDefault(authority);

    public Task<Destination> WaitForAsync(Authority authority) =>
        Client.WaitForAsync(authority, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    /// <summary>Waits until the destination of <see cref="Reviews"/> is as asked.</summary>
    public async Task<Destination> ReachesAsync(Func<Destination, bool> reached)
    {
        await UntilAsync(() => Destination(Reviews) is { } destination && reached(destination), () => $"{Destination(Reviews)}");
        return Destination(Reviews)!;
    }

    public Task ReachesAsync(XdsConnectionStatus status) => UntilAsync(() => Client.State.Status == status, () => $"{Client.State}");

    /// <summary>Completes when the client has done everything that was asked of it so far.</summary>
    public Task SettleAsync() => Client.ReadHeldAsync();

    /// <summary>Completes when the state has been another one; to be started before the change.</summary>
    public Task LeavesAsync(XdsConnectionStatus status)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Client.StateChanged += state => _ = state.Status != status && left.TrySetResult();
        return left.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    /// <summary>Answers everything that <see cref="Reviews"/> needs, with one cluster.</summary>
    public static async Task ServeAsync(AdsServerStream stream, string cluster, string version, params int[] ports)
    {
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, version, "l" + version).With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await ServeFromRoutesAsync(stream, cluster, version, ports);
    }

    /// <summary>The same without the listener.</summary>
    public static async Task ServeFromRoutesAsync(AdsServerStream stream, string cluster, string version, params int[] ports)
    {
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, version, "r" + version).With(("routes", Resources.Routes("routes", cluster))));
        await stream.AskedAsync(XdsTypeUrl.Cluster, cluster);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, version, "c" + version).With((cluster, Resources.Cluster(cluster))));
        await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, cluster);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, version, "e" + version).With((cluster, Resources.Endpoints(cluster, ports))));
    }

    public static int[] Ports(Destination destination, string cluster) =>
        [.. destination.Clusters[cluster].Endpoints.Localities.SelectMany(locality => locality.Endpoints).Select(endpoint => endpoint.Address.Port)];

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Logs.VerifyNoUnexpected();
    }

    private async Task UntilAsync(Func<bool> reached, Func<string> seen)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (reached())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not reached. Last seen: {seen()}. Log: {string.Join(Environment.NewLine, Logs.Entries)}");
            }
        }
    }

    private void Signal()
    {
        lock (_lock)
        {
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }
}
