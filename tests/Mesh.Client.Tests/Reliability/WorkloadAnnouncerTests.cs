using System.Collections.Frozen;
using Mesh.Client.Hosting;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Protocol.Xds;
using Mesh.Testing.Spiffe;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Tests.Reliability;

/// <summary>When a process is told to others (fault matrix F03).</summary>
public sealed class WorkloadAnnouncerTests : IDisposable
{
    private readonly SvidAuthority _authority = new();
    private readonly InboundPolicy _inbound = new();
    private readonly List<WorkloadRegistration> _announced = [];

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void F03_ProcessWithIdentity_IsReadyWhenThePolicyOfItsPortsIsKnown()
    {
        var announcer = Announcer(new FixedIdentity(_authority, "reviews"));

        announcer.Listening("127.0.0.1", new Dictionary<string, int> { ["http"] = 8080 });
        Assert.Equal([WorkloadState.NotReady], _announced.Select(one => one.State));
        Publish(watched: [8080]);
        Assert.Single(_announced);

        Publish(watched: [8080], known: 8080);
        Assert.Equal([WorkloadState.NotReady, WorkloadState.Ready], _announced.Select(one => one.State));

        // What was said stays, and who stops stays stopped.
        Publish(watched: [8080]);
        announcer.ChangeState(WorkloadState.Draining);
        Publish(watched: [8080], known: 8080);
        Assert.Equal([WorkloadState.NotReady, WorkloadState.Ready, WorkloadState.Draining], _announced.Select(one => one.State));
    }

    [Fact]
    public void F03_ControlPlaneIsNotAskedAboutPorts_NobodyWaitsForIt()
    {
        var announcer = Announcer(new FixedIdentity(_authority, "reviews"));
        announcer.Listening("127.0.0.1", new Dictionary<string, int> { ["http"] = 8080 });

        Publish(watched: []);

        Assert.Equal(WorkloadState.Ready, _announced[^1].State);
    }

    [Fact]
    public void F03_ProcessWithoutIdentity_IsReadyAtOnce()
    {
        Announcer(new AbsentIdentity()).Listening("127.0.0.1", new Dictionary<string, int> { ["http"] = 8080 });

        Assert.Equal(WorkloadState.Ready, Assert.Single(_announced).State);
    }

    [Fact]
    public void D12_OptionsNameSeveralAddresses_AreToldInTheirOrder()
    {
        Announcer(new AbsentIdentity(), "10.0.0.5, fd00::5").Listening("127.0.0.1", new Dictionary<string, int> { ["http"] = 8080 });

        var told = NodeEncoder.Encode(new XdsNode("id"), Assert.Single(_announced)).Metadata.Fields[NodeMetadataKeys.MeshWorkload].StructValue.Fields;
        Assert.Equal(("10.0.0.5", "fd00::5"), (told["address"].StringValue, told["additionalAddresses"].StringValue));
    }

    private WorkloadAnnouncer Announcer(IWorkloadIdentity identity, string? address = null)
    {
        var announcer = new WorkloadAnnouncer(new Workload(Options.Create(new MeshOptions { Service = "reviews", Address = address })), identity, _inbound);
        announcer.Connect(_announced.Add);
        return announcer;
    }

    private void Publish(int[] watched, params int[] known) => _inbound.Publish(
        new InboundConfiguration(known.ToFrozenDictionary(port => port, _ => new InboundPort { Routes = new RouteConfiguration("inbound", []) })) { Watched = watched.ToFrozenSet() });
}
