using Mesh.ControlPlane.Registry;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Registry;

public sealed class WorkloadRegistryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkloadRegistry _registry;
    private int _changes;

    public WorkloadRegistryTests()
    {
        _registry = new WorkloadRegistry(new WorkloadLimits { MaxInstances = 2, MaxLabels = 3, MaxTextLength = 200 }, _time, NullLogger<WorkloadRegistry>.Instance);
        _registry.Changed += () => _changes++;
    }

    private static WorkloadInstance Reviews { get; } = Bookinfo.Process("reviews", "v1", 40001);

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void Disconnected_GraceOver_RemovesTheInstance()
    {
        var lease = Connect(Reviews);
        _registry.Disconnected(lease);
        Assert.Single(_registry.Instances);

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Empty(_registry.Instances);
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Connected_WithinGrace_ChangesNothing()
    {
        _registry.Disconnected(Connect(Reviews));
        _time.Advance(TimeSpan.FromSeconds(2));

        Connect(Reviews with { Labels = Bookinfo.Map(("version", "v1"), ("app", "reviews")) });
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Single(_registry.Instances);
        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Disconnected_OlderStreamOfTheNode_LeavesTheNewerInPlace()
    {
        var older = Connect(Reviews);
        var newer = Connect(Reviews with { Address = "10.0.0.2" });

        _registry.Disconnected(older);
        Assert.Null(_registry.Updated(older, Reviews));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("10.0.0.2", Assert.Single(_registry.Instances).Value.Address);
        _registry.Disconnected(newer);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_registry.Instances);
    }

    [Fact]
    public void Updated_NewState_IsTakenOnce()
    {
        var lease = Connect(Reviews);

        Assert.Null(_registry.Updated(lease, Reviews with { State = EndpointState.Draining }));
        Assert.Null(_registry.Updated(lease, Reviews with { State = EndpointState.Draining }));

        Assert.Equal(EndpointState.Draining, Assert.Single(_registry.Instances).Value.State);
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Updated_OtherNodeId_IsRefused()
    {
        var lease = Connect(Reviews);

        Assert.Contains("keeps its node id", _registry.Updated(lease, Reviews with { NodeId = "other" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Connected_RegistryFull_IsRefusedWithTheLimit()
    {
        Connect(Reviews);
        Connect(Bookinfo.Process("reviews", "v2", 40002));

        var third = _registry.Connected(Bookinfo.Process("reviews", "v3", 40003));

        Assert.False(third.IsAccepted);
        Assert.Contains("holds 2 workloads", third.Rejection, StringComparison.Ordinal);
        Assert.True(_registry.Connected(Reviews).IsAccepted);
    }

    public static TheoryData<string, string> BadInstances() => new()
    {
        { "node", "node id of the workload is empty" },
        { "control", "node id of the workload has control characters" },
        { "address", "address of the workload has 201 characters" },
        { "labels", "4 labels; at most 3" },
        { "label", "a key of 1 and a value of 201 characters" },
        { "port", "'http' = 70000" },
        { "ports", "129 ports; at most 128" },
    };

    [Theory]
    [MemberData(nameof(BadInstances))]
    public void Connected_BeyondTheLimits_IsRefusedWithTheReason(string what, string reason)
    {
        var tooLong = new string('x', 201);
        var bad = what switch
        {
            "node" => Reviews with { NodeId = "" },
            "control" => Reviews with { NodeId = "a\0b" },
            "address" => Reviews with { Address = tooLong },
            "labels" => Reviews with { Labels = Bookinfo.Map(("a", ""), ("b", ""), ("c", ""), ("d", "")) },
            "label" => Reviews with { Labels = Bookinfo.Map(("a", tooLong)) },
            "port" => Reviews with { Ports = Bookinfo.Map(("http", 70000)) },
            _ => Reviews with { Ports = Bookinfo.Map(Enumerable.Range(1, 129).Select(port => ($"p{port}", port)).ToArray()) },
        };

        Assert.Contains(reason, _registry.Connected(bad).Rejection, StringComparison.Ordinal);
        Assert.Empty(_registry.Instances);
    }

    private WorkloadLease Connect(WorkloadInstance instance)
    {
        var registration = _registry.Connected(instance);
        Assert.True(registration.IsAccepted, registration.Rejection);
        return registration.Lease;
    }
}
