using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Beside;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Route;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;

namespace Mesh.Client.Tests.Reliability;

/// <summary>A control plane that knows more, or less, than this client (fault matrix F09).</summary>
public sealed class NewerControlPlaneTests
{
    private const string Ignored = "";

    private static readonly Any s_unknown = new() { TypeUrl = "type.googleapis.com/acme.v9.Thing", Value = Google.Protobuf.ByteString.CopyFrom(8, 1) };

    /// <summary>What it sends, and the words of the refusal; nothing where the specification says that it is ignored.</summary>
    public static TheoryData<string, string> News { get; } = new()
    {
        // gRFC A39: an unknown filter makes the resource invalid, unless it is optional.
        { "http filter", "not supported" },
        { "optional http filter", Ignored },
        { "filter override", "acme.v9.Thing" },
        { "optional filter override", Ignored },

        // gRFC A27, A29, A52: a policy or socket that is not known cannot be followed.
        { "lb policy", "lb_policy" },
        { "lb policy in a list", Ignored },
        { "transport socket", "transport_socket" },
        { "protocol options", Ignored },
        { "metadata", Ignored },
        { "health status", Ignored },
    };

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task F09_FieldsThatAreNew_AreIgnoredInEveryResource(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Client.Start();
        var waiting = rig.WaitForAsync(XdsClientRig.Reviews);
        int[] expected = [7001];
        var stream = await server.AcceptAsync();
        var listener = Resources.Listener("reviews:9080", "routes");
        listener.ApiListener.ApiListener_ = AdsResponse.Pack(listener.ApiListener.ApiListener_.Unpack<HttpConnectionManager>().Newer());

        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", listener.Newer())));
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1").With(("routes", Resources.Routes("routes", "c1").Newer())));
        await stream.AskedAsync(XdsTypeUrl.Cluster, "c1");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "c1").With(("c1", Resources.Cluster("c1").Newer())));
        await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "1", "e1").With(("c1", Resources.Endpoints("c1", 7001).Newer())));

        Assert.Null((await stream.AnsweredAsync("e1")).Error);
        Assert.Equal(expected, XdsClientRig.Ports(await waiting, "c1"));
    }

    [Theory]
    [MemberData(nameof(News))]
    public void F09_ExtensionsAndValuesThatAreNew_AreRefusedOrIgnoredAsSpecified(string news, string refusal)
    {
        var errors = Decode(news);

        if (refusal.Length == 0)
        {
            Assert.Empty(errors);
        }
        else
        {
            Assert.Contains(refusal, Assert.Single(errors), StringComparison.Ordinal);
        }
    }

    /// <summary>Modes, taps, quotas and loads are streams that older control planes do not have.</summary>
    [Fact]
    public async Task F09_StreamThatAnOlderControlPlaneDoesNotServe_IsAskedForSeldomAndDisturbsNoOther()
    {
        var time = new FakeTimeProvider();
        var unserved = new ScriptedStream(new GrpcException(GrpcStatusCode.Unimplemented, "not served here"));
        var served = new ScriptedStream(null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var streams = new BesideStreams([unserved, served], () => new GrpcChannel(new Uri("http://127.0.0.1:1")), time, new Random(1), NullLogger<BesideStreams>.Instance);

        var running = streams.RunAsync(end.Token);
        await served.FollowedAsync(1);
        await unserved.FollowedAsync(1);
        await time.WaitForTimerOfAsync(TimeSpan.FromMinutes(10), end.Token);
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal((1, 1), (unserved.Count, served.Count));
        time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.ReachesAsync(
            "it is asked for again",
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return unserved.Count == 2;
            },
            cancellationToken: end.Token);

        Assert.Equal(1, served.Count);
        await end.CancelAsync();
        await running;
    }

    private static ImmutableArray<string> Decode(string news)
    {
        var listener = Resources.Listener("l", "routes");
        var manager = listener.ApiListener.ApiListener_.Unpack<HttpConnectionManager>();
        var (routes, cluster, endpoints) = (Resources.Routes("routes", "c1"), Resources.Cluster("c1"), Resources.Endpoints("c1", 7001, 7002));
        switch (news)
        {
            case "http filter" or "optional http filter":
                manager.HttpFilters.Insert(0, new HttpFilter { Name = "new", TypedConfig = s_unknown, IsOptional = news[0] == 'o' });
                listener.ApiListener.ApiListener_ = AdsResponse.Pack(manager);
                return ListenerDecoder.Decode(listener).Errors;
            case "filter override":
                routes.VirtualHosts[0].TypedPerFilterConfig.Add("new", s_unknown);
                return RouteConfigurationDecoder.Decode(routes).Errors;
            case "optional filter override":
                routes.VirtualHosts[0].TypedPerFilterConfig.Add("new", AdsResponse.Pack(new FilterConfig { Config = s_unknown, IsOptional = true }));
                return RouteConfigurationDecoder.Decode(routes).Errors;
            case "lb policy":
                cluster.LbPolicy = (WireCluster.Types.LbPolicy)99;
                break;
            case "lb policy in a list":
                cluster.LoadBalancingPolicy = new();
                cluster.LoadBalancingPolicy.Policies.Add(new Mesh.Protocol.Envoy.Cluster.LoadBalancingPolicy.Types.Policy { TypedExtensionConfig = new() { Name = "new", TypedConfig = s_unknown } });
                cluster.LoadBalancingPolicy.Policies.Add(new Mesh.Protocol.Envoy.Cluster.LoadBalancingPolicy.Types.Policy
                {
                    TypedExtensionConfig = new() { Name = "known", TypedConfig = AdsResponse.Pack(new Mesh.Protocol.Envoy.LoadBalancingPolicies.RoundRobin.RoundRobin()) },
                });
                break;
            case "transport socket":
                cluster.TransportSocket = new TransportSocket { Name = "new", TypedConfig = s_unknown };
                break;
            case "protocol options":
                cluster.TypedExtensionProtocolOptions.Add("new", s_unknown);
                break;
            case "metadata":
                cluster.Metadata = new Metadata { FilterMetadata = { ["new"] = Struct.Parser.ParseJson("""{"a": [1, null, {"b": true}]}""") } };
                break;
            default:
                endpoints.Endpoints[0].LbEndpoints[0].HealthStatus = (HealthStatus)99;
                return EndpointDecoder.Decode(endpoints).Errors;
        }

        return ClusterDecoder.Decode(cluster, ["default"]).Errors;
    }

    /// <summary>Ends at once with an error, or lasts until it is cancelled.</summary>
    private sealed class ScriptedStream(GrpcException? error) : IBesideStream
    {
        private int _count;

        public string Name => "test";

        public int Count => Volatile.Read(ref _count);

        public Task FollowedAsync(int count) => Eventually.ReachesAsync($"followed {count} times", () => Count == count, cancellationToken: TestContext.Current.CancellationToken);

        public Task FollowAsync(GrpcChannel channel, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return error is null ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.FromException(error);
        }

        public Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
