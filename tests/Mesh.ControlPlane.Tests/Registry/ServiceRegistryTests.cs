using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Stores;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Registry;

public sealed class ServiceRegistryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryConfigStore _store;
    private readonly WorkloadRegistry _workloads;
    private readonly ServiceRegistry _registry;
    private readonly MeshStateSource _source;

    public ServiceRegistryTests()
    {
        _store = new MemoryConfigStore(_time);
        _workloads = new WorkloadRegistry(new WorkloadLimits(), _time, NullLogger<WorkloadRegistry>.Instance);
        _registry = new ServiceRegistry(_store, _workloads, new RegistryBuilder("cluster.local"));
        _source = new MeshStateSource(_registry);
    }

    public void Dispose()
    {
        _source.Dispose();
        _registry.Dispose();
        _workloads.Dispose();
    }

    [Fact]
    public void Current_ServiceAndProcess_AreBothInIt()
    {
        _store.Apply(Bookinfo.Services);
        var withoutProcess = _registry.Current.Version;
        _workloads.Connected(Bookinfo.Process("reviews", "v1", 40001));

        Assert.True(_registry.Current.Version > withoutProcess);
        Assert.Single(_registry.Current.Endpoints[Bookinfo.Reviews]);
    }

    [Fact]
    public void Current_ChangeThatRegistryDoesNotRead_KeepsVersionWhileStateMoves()
    {
        _store.Apply(Bookinfo.Services);
        var (registry, state) = (_registry.Current, _source.Current);

        _store.Apply(Bookinfo.Subsets);

        Assert.Same(registry, _registry.Current);
        Assert.Equal(state.Version + 1, _source.Current.Version);
        Assert.Same(_store.Current, _source.Current.Config);
    }

    [Fact]
    public async Task Current_NewStatusOnly_IsNoNewState()
    {
        _store.Apply(Bookinfo.Subsets);
        var state = _source.Current;
        var pushes = 0;
        _source.Changed += () => pushes++;
        var rule = _store.Current.Resources.Values.First();

        var result = await _store.WriteAsync(rule.WithStatus("""{"validationMessages":[]}"""), rule.ResourceVersion);

        Assert.Equal(WriteStatus.Done, result.Status);
        Assert.Same(state, _source.Current);
        Assert.Equal(0, pushes);
    }

    [Fact]
    public async Task Changed_ManyThreadsAtOnce_EndsWithAllOfThem()
    {
        _store.Apply(Bookinfo.Services);

        await Task.WhenAll(Enumerable.Range(1, 50).Select(port =>
            Task.Run(() => _workloads.Connected(Bookinfo.Process("reviews", "v1", 40000 + port)), TestContext.Current.CancellationToken)));
        while (_source.Current.Registry.Endpoints.GetValueOrDefault(Bookinfo.Reviews, []).Length < 50)
        {
            await _source.WaitForNewerThanAsync(_source.Current.Version, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        Assert.Equal(50, _registry.Current.Endpoints[Bookinfo.Reviews].Length);
    }

    [Fact]
    public async Task WaitForNewerThanAsync_LaterChange_Completes()
    {
        var waiting = _source.WaitForNewerThanAsync(_source.Current.Version, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        _store.Apply(Bookinfo.Services);

        Assert.Same(_source.Current, await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }
}
