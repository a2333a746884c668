using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;
using static Mesh.Config.Istio.Networking.ConnectionPoolSettings.Types;
using static Mesh.Config.Istio.Networking.ConnectionPoolSettings.Types.HTTPSettings.Types;
using Cluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using HttpProtocolOptions = Mesh.Protocol.Envoy.Upstreams.Http.HttpProtocolOptions;
using UpstreamConnectionOptions = Mesh.Protocol.Envoy.Cluster.UpstreamConnectionOptions;
using static Mesh.Protocol.Envoy.Upstreams.Http.HttpProtocolOptions.Types;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns the port's protocol and <c>trafficPolicy.connectionPool</c> into how connections live and what is spoken on them, as istiod does.</summary>
internal static class HttpOptionsTranslator
{
    private const string Key = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    public static void Apply(GenerationContext context, Cluster cluster, ServiceProtocol protocol, TrafficPolicy policy)
    {
        // gRPC's clients speak HTTP/2 and nothing else, and read none of this.
        if (context.IsProxylessGrpc)
        {
            return;
        }

        var (tcp, http) = (policy.ConnectionPool?.Tcp, policy.ConnectionPool?.Http);
        var options = new HttpProtocolOptions { CommonHttpProtocolOptions = Common(tcp, http), UpstreamHttpProtocolOptions = ServerName(policy.Tls) };
        SetProtocol(options, protocol, http);
        if (!options.Equals(new HttpProtocolOptions()))
        {
            // Envoy refuses typed options without a protocol.
            if (options.UpstreamProtocolOptionsCase == HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.None)
            {
                options.UseDownstreamProtocolConfig = new UseDownstreamHttpConfig();
            }

            cluster.TypedExtensionProtocolOptions[Key] = Any.Pack(options);
        }

        if (tcp?.TcpKeepalive is { } keepalive)
        {
            cluster.UpstreamConnectionOptions = new UpstreamConnectionOptions { TcpKeepalive = Keepalive(keepalive) };
        }
    }

    /// <summary>Whether the endpoints of a port are spoken to in HTTP/2 whatever the caller speaks.</summary>
    public static bool IsHttp2(ServiceProtocol protocol, ConnectionPoolSettings? pool) => pool?.Http is { UseClientProtocol: true }
        ? false
        : protocol is ServiceProtocol.Http2 or ServiceProtocol.Grpc
            || (protocol is ServiceProtocol.Http or ServiceProtocol.Unspecified && pool?.Http?.H2UpgradePolicy == H2UpgradePolicy.Upgrade);

    private static void SetProtocol(HttpProtocolOptions options, ServiceProtocol protocol, HTTPSettings? http)
    {
        var http2 = Http2(http);
        if (IsHttp2(protocol, new ConnectionPoolSettings { Http = http }))
        {
            options.ExplicitHttpConfig = new ExplicitHttpConfig { Http2ProtocolOptions = http2 ?? new Http2ProtocolOptions() };
        }
        else if (http2 is not null || ForbidsUpgrade(http))
        {
            options.UseDownstreamProtocolConfig = new UseDownstreamHttpConfig
            {
                // istiod's sign that the client's version is wanted: mesh clients choose by themselves otherwise, where both peers can.
                HttpProtocolOptions = ForbidsUpgrade(http) ? new Http1ProtocolOptions() : null,
                Http2ProtocolOptions = http2 ?? new Http2ProtocolOptions(),
            };
        }
    }

    private static bool ForbidsUpgrade(HTTPSettings? http) => http is { UseClientProtocol: true } or { H2UpgradePolicy: H2UpgradePolicy.DoNotUpgrade };

    private static Http2ProtocolOptions? Http2(HTTPSettings? http)
    {
        if (http is null or { MaxConcurrentStreams: <= 0, Http2KeepAlive: null })
        {
            return null;
        }

        var options = new Http2ProtocolOptions { MaxConcurrentStreams = http.MaxConcurrentStreams > 0 ? (uint)http.MaxConcurrentStreams : null };
        if (http.Http2KeepAlive is { } ping)
        {
            options.ConnectionKeepalive = new KeepaliveSettings { Interval = ping.Interval, Timeout = ping.Timeout };
        }

        return options;
    }

    private static Mesh.Protocol.Envoy.Core.HttpProtocolOptions? Common(TCPSettings? tcp, HTTPSettings? http)
    {
        var idle = http?.IdleTimeout ?? tcp?.IdleTimeout;
        var requests = http is { MaxRequestsPerConnection: > 0 } ? (uint)http.MaxRequestsPerConnection : (uint?)null;
        return (idle, requests, tcp?.MaxConnectionDuration) is (null, null, null)
            ? null
            : new() { IdleTimeout = idle, MaxRequestsPerConnection = requests, MaxConnectionDuration = tcp?.MaxConnectionDuration };
    }

    // Istio: without an sni the Host header is asked for, and without names too the certificate must be for it (VERIFY_CERTIFICATE_AT_CLIENT).
    private static UpstreamHttpProtocolOptions? ServerName(ClientTLSSettings? tls) =>
        tls?.Mode is ClientTLSSettings.Types.TLSmode.Simple or ClientTLSSettings.Types.TLSmode.Mutual && tls.Sni.Length == 0
            ? new UpstreamHttpProtocolOptions { AutoSni = true, AutoSanValidation = tls.SubjectAltNames.Count == 0 && tls.InsecureSkipVerify != true }
            : null;

    private static TcpKeepalive Keepalive(TCPSettings.Types.TcpKeepalive settings) => new()
    {
        KeepaliveProbes = settings.Probes > 0 ? settings.Probes : null,
        KeepaliveTime = Seconds(settings.Time),
        KeepaliveInterval = Seconds(settings.Interval),
    };

    private static uint? Seconds(Duration? duration) => duration is { Seconds: > 0 and <= uint.MaxValue } ? (uint)duration.Seconds : null;
}
