using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using static Mesh.Protocol.Envoy.Upstreams.Http.HttpProtocolOptions.Types;
using Cluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using CommonOptions = Mesh.Protocol.Envoy.Core.HttpProtocolOptions;
using HttpProtocolOptions = Mesh.Protocol.Envoy.Upstreams.Http.HttpProtocolOptions;
using TcpKeepalive = Mesh.Client.Model.TcpKeepalive;
using WireKeepalive = Mesh.Protocol.Envoy.Core.TcpKeepalive;

namespace Mesh.Client.Tests.Xds.Clusters;

public sealed class ConnectionDecoderTests
{
    [Fact]
    public void Decode_WithoutSettings_HasDefaults()
    {
        var policy = Decode(Resources.Cluster("c")).Policy;

        Assert.Equal(ConnectionPolicy.Default, policy.Connection);
        Assert.Equal(TimeSpan.FromMinutes(8), policy.Connection.IdleTimeout);
        Assert.Equal(new ConcurrencyLimits { MaxRequests = 1024 }, policy.Limits);
        Assert.Null(policy.Security);
    }

    [Fact]
    public void Decode_WithEverySetting_ReadsEach()
    {
        var cluster = Resources.Cluster("c");
        cluster.UpstreamConnectionOptions = new UpstreamConnectionOptions { TcpKeepalive = new WireKeepalive { KeepaliveProbes = 3, KeepaliveTime = 10 } };
        Set(cluster, new HttpProtocolOptions
        {
            CommonHttpProtocolOptions = new CommonOptions
            {
                IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(7)),
                MaxConnectionDuration = Duration.FromTimeSpan(TimeSpan.FromSeconds(8)),
                MaxRequestsPerConnection = 9,
            },
            ExplicitHttpConfig = new ExplicitHttpConfig
            {
                Http2ProtocolOptions = new Http2ProtocolOptions
                {
                    MaxConcurrentStreams = 11,
                    ConnectionKeepalive = new KeepaliveSettings { Interval = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)), Timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(10)) },
                },
            },
        });

        Assert.Equal(
            new ConnectionPolicy
            {
                Protocol = UpstreamProtocol.Http2,
                IdleTimeout = TimeSpan.FromSeconds(7),
                MaxDuration = TimeSpan.FromSeconds(8),
                MaxRequests = 9,
                MaxConcurrentStreams = 11,
                Ping = new PingPolicy(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
                Keepalive = new TcpKeepalive(3, TimeSpan.FromSeconds(10), null),
            },
            Decode(cluster).Policy.Connection);
    }

    [Fact]
    public void Decode_AnIdleTimeoutOfZero_IsNever()
    {
        var cluster = Resources.Cluster("c");
        Set(cluster, new HttpProtocolOptions { CommonHttpProtocolOptions = new CommonOptions { IdleTimeout = new Duration() }, UseDownstreamProtocolConfig = new UseDownstreamHttpConfig() });

        Assert.Null(Decode(cluster).Policy.Connection.IdleTimeout);
        Assert.Equal(UpstreamProtocol.OfRequest, Decode(cluster).Policy.Connection.Protocol);
    }

    [Fact]
    public void Decode_AutoConfigWithoutTls_IsRefusedAsEnvoyDoes()
    {
        var cluster = Resources.Cluster("c");
        Set(cluster, new HttpProtocolOptions { AutoConfig = new AutoHttpConfig() });

        Assert.Contains("auto_config", Assert.Single(ClusterDecoder.Decode(cluster, []).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_Thresholds_TakesTheFirstOfDefaultPriority()
    {
        var cluster = Resources.Cluster("c");
        cluster.CircuitBreakers = new CircuitBreakers
        {
            Thresholds =
            {
                new CircuitBreakers.Types.Thresholds { Priority = RoutingPriority.High, MaxRequests = 1 },
                new CircuitBreakers.Types.Thresholds { MaxRequests = uint.MaxValue, MaxConnections = 4, MaxPendingRequests = 5 },
                new CircuitBreakers.Types.Thresholds { MaxRequests = 2 },
            },
        };

        Assert.Equal(new ConcurrencyLimits { MaxConnections = 4, MaxPendingRequests = 5 }, Decode(cluster).Policy.Limits);
    }

    internal static ClusterResource Decode(Cluster cluster)
    {
        var result = ClusterDecoder.Decode(cluster, ["default"]);
        Assert.Empty(result.Errors);
        return result.Value!;
    }

    private static void Set(Cluster cluster, HttpProtocolOptions options) =>
        cluster.TypedExtensionProtocolOptions["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"] = AdsResponse.Pack(options);
}
