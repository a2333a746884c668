using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Endpoint = Mesh.Protocol.Envoy.Endpoint.Endpoint;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;

namespace Mesh.Client.Tests.Xds;

/// <summary>Clusters whose endpoints are host names that the client resolves by itself.</summary>
public sealed class StrictDnsTests : IAsyncDisposable
{
    private readonly FakeHostResolver _resolver = new();
    private XdsClientRig? _rig;
    private AdsServer? _server;

    private XdsClientRig Rig => _rig!;

    public async ValueTask DisposeAsync()
    {
        if (_rig is not null)
        {
            await _rig.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Join_SeveralAddresses_EachIsAnEndpointOnce()
    {
        _resolver.Set("a.example.com", "10.0.0.2", "10.0.0.1", "fd00::1");
        _resolver.Set("b.example.com", "10.0.0.1", "10.0.0.3");
        await ServeAsync("a.example.com", "b.example.com", "10.0.0.9");

        var destination = await Rig.ReachesAsync(found => found.Status == DestinationStatus.Routed);

        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9"], Hosts(destination).Order(StringComparer.Ordinal));
        Assert.Null(destination.Reason);
    }

    [Fact]
    public async Task Join_OnlyIPv6_IsUsed()
    {
        _resolver.Set("a.example.com", "fd00::1");
        await ServeAsync("a.example.com");

        Assert.Equal(["fd00::1"], Hosts(await Rig.ReachesAsync(found => found.Status == DestinationStatus.Routed)));
    }

    [Fact]
    public async Task Refresh_AddressesChange_AreFollowedAndARotationIsNoChange()
    {
        _resolver.Set("a.example.com", "10.0.0.1", "10.0.0.2");
        await ServeAsync("a.example.com");
        await Rig.ReachesAsync(found => Hosts(found).Length == 2);
        var snapshots = Rig.Snapshots.Length;

        _resolver.Set("a.example.com", "10.0.0.2", "10.0.0.1");
        await RefreshAsync();
        Assert.Equal(snapshots, Rig.Snapshots.Length);

        _resolver.Set("a.example.com", "10.0.0.3");
        await RefreshAsync();
        await Rig.ReachesAsync(found => Hosts(found) is ["10.0.0.3"]);
    }

    [Fact]
    public async Task D11_RefreshFails_KeepsTheLastGoodAddresses()
    {
        _resolver.Set("a.example.com", "10.0.0.1");
        await ServeAsync("a.example.com");
        await Rig.ReachesAsync(found => Hosts(found).Length == 1);
        Rig.Logs.Expect("XdsHostNotResolved");

        _resolver.Fail("a.example.com");
        await RefreshAsync();
        await Eventually.ReachesAsync(
            "the failure is told", () => Rig.Logs.Entries.Any(entry => entry.EventName == "XdsHostNotResolved"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["10.0.0.1"], Hosts(Rig.Destination(XdsClientRig.Reviews)!));

        // A failure is tried again sooner.
        _resolver.Set("a.example.com", "10.0.0.4");
        await RefreshAsync(TimeSpan.FromSeconds(1));
        await Rig.ReachesAsync(found => Hosts(found) is ["10.0.0.4"]);
    }

    [Fact]
    public async Task Join_NameThatDoesNotResolve_AnswersWithoutItAndSaysWhy()
    {
        await ServeAsync(static rig => rig.Logs.Expect("XdsHostNotResolved"), "missing.example.com");

        var destination = await Rig.ReachesAsync(found => found.Status == DestinationStatus.Routed);

        Assert.Empty(Hosts(destination));
        Assert.Contains("missing.example.com", destination.Reason, StringComparison.Ordinal);

        // Not a whole refresh later: the name may be there in a moment.
        _resolver.Set("missing.example.com", "10.0.0.1");
        await RefreshAsync(TimeSpan.FromSeconds(1));
        await Rig.ReachesAsync(found => Hosts(found) is ["10.0.0.1"] && found.Reason is null);
    }

    private static string[] Hosts(Destination destination) =>
        [.. destination.Clusters.Values.SelectMany(cluster => cluster.Endpoints.Localities).SelectMany(locality => locality.Endpoints).Select(endpoint => endpoint.Address.Host)];

    /// <summary>Lets the time pass after which the name is due. The answer before must have been taken in: it is what sets the time.</summary>
    private async Task RefreshAsync(TimeSpan? after = null)
    {
        var due = after ?? TimeSpan.FromSeconds(60);
        await Rig.Time.WaitForTimerOfAsync(due, TestContext.Current.CancellationToken);
        var before = _resolver.Asked.Count;
        Rig.Time.Advance(due);
        await Eventually.ReachesAsync("the name is looked up again", () => _resolver.Asked.Count > before, cancellationToken: TestContext.Current.CancellationToken);
    }

    private Task ServeAsync(params string[] hosts) => ServeAsync(static _ => { }, hosts);

    private async Task ServeAsync(Action<XdsClientRig> prepare, params string[] hosts)
    {
        _server = await AdsServer.StartAsync();
        _rig = new XdsClientRig(new XdsClientOptions { HostResolver = _resolver }, _server.Address);
        prepare(_rig);
        _rig.Client.Start();
        _rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await _server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1").With(("routes", Resources.Routes("routes", "c1"))));
        await stream.AskedAsync(XdsTypeUrl.Cluster, "c1");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "c1").With(("c1", Cluster(hosts))));
    }

    private static WireCluster Cluster(string[] hosts) => new()
    {
        Name = "c1",
        Type = WireCluster.Types.DiscoveryType.StrictDns,
#pragma warning disable CS0612 // Deprecated in favour of a typed resolver, and what istiod sends.
        DnsRefreshRate = new Duration { Seconds = 60 },
#pragma warning restore CS0612
        LoadAssignment = new ClusterLoadAssignment
        {
            ClusterName = "c1",
            Endpoints = { new LocalityLbEndpoints { LbEndpoints = { hosts.Select(Host) } } },
        },
    };

    private static LbEndpoint Host(string host) => new()
    {
        Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = host, PortValue = 80 } } },
    };
}
