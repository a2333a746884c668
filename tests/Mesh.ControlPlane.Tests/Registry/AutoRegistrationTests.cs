using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Groups;
using Mesh.ControlPlane.Stores;
using Mesh.Testing;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Registry;

public sealed class AutoRegistrationTests : IAsyncLifetime
{
    private const string Group = """
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata: { name: vms, namespace: default }
        spec:
          metadata: { labels: { app: reviews, version: v9 }, annotations: { note: made } }
          template: { ports: { http: 9080 }, serviceAccount: reviewer, locality: eu/eu-1, weight: 7 }
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: reviews, namespace: default }
        spec: { hosts: [reviews.vm.test], ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 9080 }], resolution: STATIC, workloadSelector: { labels: { app: reviews } } }
        """;

    private readonly FakeTimeProvider _time = new();
    private readonly LogCollector _logs = new();
    private readonly MemoryConfigStore _store;
    private readonly WorkloadRegistry _workloads;
    private readonly ServiceRegistry _registry;
    private GroupRegistrar _registrar;

    public AutoRegistrationTests()
    {
        _store = new MemoryConfigStore(_time);
        _workloads = new WorkloadRegistry(new WorkloadLimits(), _time, Microsoft.Extensions.Logging.Abstractions.NullLogger<WorkloadRegistry>.Instance);
        _registry = new ServiceRegistry(_store, _workloads, new RegistryBuilder("cluster.local"));
        _registrar = Start();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _registrar.DisposeAsync();
        _registry.Dispose();
        _workloads.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Connected_ProcessOfAGroup_HasAnEntryOfItsTemplate()
    {
        _store.Apply(Group);
        _workloads.Connected(Vm("10.0.0.5"));

        var entry = await EntryAsync("vms-10.0.0.5");

        var spec = (WorkloadEntry)entry.Spec!;
        Assert.Equal(("10.0.0.5", "reviewer", "eu/eu-1", 7u, 9080u), (spec.Address, spec.ServiceAccount, spec.Locality, spec.Weight, spec.Ports["http"]));
        Assert.Equal(("reviews", "v9"), (entry.Labels["app"], spec.Labels["version"]));
        Assert.Equal(("vms", "made"), (entry.Annotations[GroupEntries.GroupAnnotation], entry.Annotations["note"]));
        Assert.NotEmpty(entry.Annotations[GroupEntries.ConnectedAnnotation]);
        Assert.Contains("\"Healthy\",\"status\":\"True\"", entry.Document.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D12_ProcessOfAGroupGetsASecondAddress_EndpointHasIt()
    {
        _store.Apply(Group);
        var lease = _workloads.Connected(Vm("10.0.0.5")).Lease!;
        await EntryAsync("vms-10.0.0.5");

        _workloads.Updated(lease, Vm("10.0.0.5") with { AdditionalAddresses = ["fd00::5"] });

        await ReachesAsync("its second address", () => _registry.Current.Endpoints.GetValueOrDefault("reviews.vm.test", []) is [{ AdditionalAddresses: ["fd00::5"] }]);
    }

    [Fact]
    public async Task Connected_ProcessOfAGroup_IsOneEndpointWithTheGroupsLabels()
    {
        _store.Apply(Group);
        _workloads.Connected(Vm("10.0.0.5"));
        await EntryAsync("vms-10.0.0.5");

        await ReachesAsync("one endpoint", () => _registry.Current.Endpoints.GetValueOrDefault("reviews.vm.test", []) is [{ Port: 9080 }]);

        var endpoint = _registry.Current.Endpoints["reviews.vm.test"].Single();
        Assert.Equal(("v9", "reviewer", 7u), (endpoint.Labels["version"], endpoint.ServiceAccount, endpoint.Weight));
        Assert.Empty(endpoint.AdditionalAddresses);
    }

    [Fact]
    public async Task Updated_ProcessIsNotReady_EntryIsUnhealthyAndNothingIsSentThere()
    {
        _store.Apply(Group);
        var lease = _workloads.Connected(Vm("10.0.0.5")).Lease!;
        await EntryAsync("vms-10.0.0.5");

        _workloads.Updated(lease, Vm("10.0.0.5") with { State = EndpointState.NotReady });

        await ReachesAsync("unhealthy", () => Find("vms-10.0.0.5")!.Document.GetRawText().Contains("\"Healthy\",\"status\":\"False\"", StringComparison.Ordinal));
        await ReachesAsync("not ready", () => _registry.Current.Endpoints["reviews.vm.test"].Single().State == EndpointState.NotReady);
    }

    [Fact]
    public async Task Disconnected_AfterBothGraceTimes_EntryIsGone()
    {
        _store.Apply(Group);
        var lease = _workloads.Connected(Vm("10.0.0.5")).Lease!;
        await EntryAsync("vms-10.0.0.5");
        _time.Advance(TimeSpan.FromSeconds(30));

        _workloads.Disconnected(lease);
        _time.Advance(TimeSpan.FromSeconds(3));
        await ReachesAsync("left", () => Find("vms-10.0.0.5") is { } entry && GroupEntries.LeftAt(entry) is not null);
        await ReachesAsync("not ready", () => _registry.Current.Endpoints["reviews.vm.test"].Single().State == EndpointState.NotReady);

        await ReachesAsync("gone", () =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return Find("vms-10.0.0.5") is null;
        });
    }

    [Fact]
    public async Task Connected_AgainWithinTheGraceTime_KeepsTheEntry()
    {
        _store.Apply(Group);
        var lease = _workloads.Connected(Vm("10.0.0.5")).Lease!;
        var before = await EntryAsync("vms-10.0.0.5");
        _time.Advance(TimeSpan.FromSeconds(30));
        _workloads.Disconnected(lease);
        _time.Advance(TimeSpan.FromSeconds(3));
        await ReachesAsync("left", () => Find("vms-10.0.0.5") is { } entry && GroupEntries.LeftAt(entry) is not null);

        _workloads.Connected(Vm("10.0.0.5"));

        await ReachesAsync("back", () => Find("vms-10.0.0.5") is { } entry && GroupEntries.LeftAt(entry) is null && entry.Document.GetRawText().Contains("\"Healthy\",\"status\":\"True\"", StringComparison.Ordinal));
        Assert.Equal(before.Document.GetProperty("metadata").GetProperty("uid").GetString(), Find("vms-10.0.0.5")!.Document.GetProperty("metadata").GetProperty("uid").GetString());
    }

    [Fact]
    public async Task Start_EntriesOfProcessesThatAreNotBackYet_AreLeftAloneForAWhile()
    {
        _store.Apply(Group);
        _workloads.Connected(Vm("10.0.0.5"));
        await EntryAsync("vms-10.0.0.5");
        await _registrar.DisposeAsync();
        using var fresh = new WorkloadRegistry(new WorkloadLimits(), _time, Microsoft.Extensions.Logging.Abstractions.NullLogger<WorkloadRegistry>.Instance);
        _registrar = new GroupRegistrar(_store, fresh, new GroupSettings("other"), _time, _logs.CreateLogger("groups"));

        _time.Advance(TimeSpan.FromSeconds(5));
        _store.Apply(Bookinfo.Subsets);
        Assert.Null(GroupEntries.LeftAt(Find("vms-10.0.0.5")!));

        await ReachesAsync("left", () =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return Find("vms-10.0.0.5") is not { } entry || GroupEntries.LeftAt(entry) is not null;
        });
    }

    [Fact]
    public async Task Connected_IdentityOfAnotherAccount_IsRefusedAndSaid()
    {
        _logs.Expect("WorkloadNotInGroup");
        _store.Apply(Group);
        _workloads.Connected(Vm("10.0.0.5") with { IsAuthenticated = true, ServiceAccount = "intruder" });

        await ReachesAsync("said", () => _logs.Entries.Any(entry => entry.ToString()!.Contains("'intruder'", StringComparison.Ordinal)));

        Assert.Null(Find("vms-10.0.0.5"));
    }

    [Theory]
    [InlineData("10.0.0.5", "", "vms-10.0.0.5")]
    [InlineData("fd00::5", "", "vms-fd00--5")]
    [InlineData("10.0.0.5", "Lab", "vms-10.0.0.5-lab")]
    public void IdOf_Instances_IsIstiodsName(string address, string network, string expected) =>
        Assert.Equal(expected, GroupEntries.IdOf(Vm(address) with { Network = network })!.Value.Name);

    private static WorkloadInstance Vm(string address) => Bookinfo.Process("vm", "v1", 9080, address) with { ServiceName = "", Group = "vms" };

    private GroupRegistrar Start() => new(_store, _workloads, new GroupSettings("here"), _time, _logs.CreateLogger("groups"));

    private Resource? Find(string name) => _store.Current.Resources.GetValueOrDefault(new ResourceId("networking.istio.io", "WorkloadEntry", "default", name));

    private async Task<Resource> EntryAsync(string name)
    {
        await ReachesAsync(name, () => Find(name) is not null);
        return Find(name)!;
    }

    private static Task ReachesAsync(string what, Func<bool> reached) => Eventually.ReachesAsync(what, reached, cancellationToken: TestContext.Current.CancellationToken);
}
