using System.Diagnostics.Metrics;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Serving.Streams;

/// <summary>A client that does not read costs one pending push, holds up nobody, and is dropped in the end.</summary>
public sealed class SlowReaderTests : IMeshStateSource, IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeResourceGenerator _resources = new();
    private readonly LogCollector _logs = new();
    private readonly Meter _meter = new("test");
    private readonly ConnectedClients _clients;
    private readonly PushScheduler _scheduler;
    private readonly WorkloadRegistry _workloads;
    private readonly ServingContext _context;

    public SlowReaderTests()
    {
        _clients = new ConnectedClients(10, _time);
        var metrics = new ServingMetrics(_meter);
        _scheduler = new PushScheduler(this, _clients, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200), _time, metrics);
        _workloads = new WorkloadRegistry(new WorkloadLimits(), _time, _logs.CreateLogger<WorkloadRegistry>());
        _context = new ServingContext(_resources, _scheduler, _clients, _workloads, new ClientNodeReader(NodeDefaults.Istio))
        {
            Rotation = new StreamRotation(Timeout.InfiniteTimeSpan, TimeProvider.System, new Random(1)),
            RestartGuard = new RestartGuard(TimeSpan.Zero, _time, _clients.WakeAll),
            Admission = new StreamAdmission(1_000, 1_000, TimeProvider.System, new Random(1)),
            Limits = new ServingLimits(),
            TimeProvider = _time,
            Metrics = metrics,
            Logger = _logs.CreateLogger("Mesh.ControlPlane.Serving"),
            Generation = new SemaphoreSlim(1),
        };
    }

    public event Action? Changed;

    MeshState IMeshStateSource.Current => _resources.State;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task H05_PushToAClientThatDoesNotRead_KeepsOnlyTheNewest()
    {
        Change("1");
        var (slow, slowRun) = Connect("slow");
        var (quick, quickRun) = Connect("quick");
        Assert.Equal("1", Version(await quick.TakeAsync(Cancellation)));
        await Eventually.ReachesAsync("the slow client's first response waits", () => slow.Begun == 1, cancellationToken: Cancellation);

        for (var version = 2; version <= 20; version++)
        {
            Change($"{version}");
            Assert.Equal($"{version}", Version(await quick.TakeAsync(Cancellation)));
        }

        Assert.Equal(1, slow.Begun);
        Assert.Equal("1", Version(await slow.TakeAsync(Cancellation)));
        Assert.Equal("20", Version(await slow.TakeAsync(Cancellation)));
        await EndAsync(slow, slowRun);
        await EndAsync(quick, quickRun);
    }

    [Fact]
    public async Task H05_WriteLongerThanTheTimeout_DropsTheStream()
    {
        _logs.Expect("XdsWriteTimedOut");
        Change("1");
        var (slow, run) = Connect("slow");
        await Eventually.ReachesAsync("the response waits", () => slow.Begun == 1, cancellationToken: Cancellation);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => run)).Code);
        Assert.True(slow.IsAborted);
        Assert.Equal(0, _clients.Count);
    }

    [Fact]
    public async Task FirstRequest_ThatDoesNotCome_EndsTheStream()
    {
        var connection = new FakeConnection();
        var run = new AdsStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(
            connection, new DeltaSession(_resources, new SessionLimits()), _context).RunAsync(Cancellation);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<GrpcException>(() => run)).Code);
    }

    [Fact]
    public void H04_ManyChanges_AreReleasedAfterQuietOrTheMaximum()
    {
        var wakes = 0;
        _clients.Add(new ClientNode("x", _resources.View, "", null), "delta", () => wakes++);

        ChangeQuietly("1");
        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(0, wakes);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, wakes);

        for (var elapsed = 0; elapsed < 200; elapsed += 10)
        {
            Assert.Equal(1, wakes);
            ChangeQuietly($"busy {elapsed}");
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(2, wakes);
        Assert.Same(_resources.State, _scheduler.Released);
    }

    [Fact]
    public void Admit_MoreThanTheLimit_IsRefusedUntilOneLeaves()
    {
        var clients = new ConnectedClients(1, _time);
        clients.Admit();

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.Throws<GrpcException>(clients.Admit).Code);

        clients.Release();
        clients.Admit();
    }

    [Fact]
    public void Take_FasterThanThePace_IsSlowedDown()
    {
        var pace = new RequestPace(10, _time);
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Take());
        }

        Assert.Equal(100, pace.Take().TotalMilliseconds, tolerance: 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, pace.Take());
    }

    public void Dispose()
    {
        _scheduler.Dispose();
        _context.Dispose();
        _workloads.Dispose();
        _logs.Dispose();
        _meter.Dispose();
    }

    private static string Version(DeltaDiscoveryResponse response) => Assert.Single(response.Resources).Version;

    private static async Task EndAsync(FakeConnection connection, Task run)
    {
        connection.Close();
        await run.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    private (FakeConnection Connection, Task Run) Connect(string id)
    {
        var connection = new FakeConnection();
        connection.Send(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { "a" }, Node = RawStream.Node(id) });
        var stream = new AdsStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(connection, new DeltaSession(_resources, new SessionLimits()), _context);
        return (connection, stream.RunAsync(Cancellation));
    }

    private void ChangeQuietly(string version)
    {
        _resources.Set(XdsTypeUrl.Cluster, "a", version);
        Changed?.Invoke();
    }

    private void Change(string version)
    {
        ChangeQuietly(version);
        _time.Advance(TimeSpan.FromMilliseconds(20));
    }
}
