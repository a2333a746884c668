using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using CoreProtocolOptions = Mesh.Protocol.Envoy.Core.HttpProtocolOptions;
using HttpProtocolOptions = Mesh.Protocol.Envoy.Upstreams.Http.HttpProtocolOptions;
using TcpKeepalive = Mesh.Client.Model.TcpKeepalive;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using WireKeepalive = Mesh.Protocol.Envoy.Core.TcpKeepalive;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes how the connections of a cluster live: <c>typed_extension_protocol_options</c> and <c>upstream_connection_options</c>.</summary>
internal static class ConnectionDecoder
{
    private const string OptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    // A server is spared more than one ping a second, and a timer of .NET holds no more than this.
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue - 1);

    /// <param name="cluster">The resource.</param>
    /// <param name="options">Its HTTP options; null when it has none.</param>
    /// <param name="errors">Of the cluster.</param>
    public static ConnectionPolicy Decode(WireCluster cluster, HttpProtocolOptions? options, DecodeErrors errors)
    {
        var common = options?.CommonHttpProtocolOptions;
        var http2 = Http2(options);
        return new ConnectionPolicy
        {
            Protocol = Protocol(cluster, options, errors.In(OptionsKey)),
            // istiod's useClientProtocol names both versions; where options are there for other reasons, the field is only not to be empty.
            KeepsRequestVersion = options?.UseDownstreamProtocolConfig?.HttpProtocolOptions is not null,
            IdleTimeout = IdleTimeout(common, errors.In("idle_timeout")),
            MaxDuration = Bounded(DurationDecoder.DecodePositive(common?.MaxConnectionDuration, errors.In("max_connection_duration"))),
            MaxRequests = Set(common?.MaxRequestsPerConnection ?? DeprecatedMaxRequests(cluster)),
            MaxConcurrentStreams = Set(http2?.MaxConcurrentStreams),
            Ping = Ping(http2?.ConnectionKeepalive, errors.In("connection_keepalive")),
            Keepalive = Keepalive(cluster.UpstreamConnectionOptions?.TcpKeepalive),
        };
    }

    /// <summary>The HTTP options of a cluster; null when it has none.</summary>
    public static HttpProtocolOptions? ReadOptions(WireCluster cluster, DecodeErrors errors)
    {
        if (!cluster.TypedExtensionProtocolOptions.TryGetValue(OptionsKey, out var any))
        {
            return null;
        }

        errors = errors.In("typed_extension_protocol_options");
        if (TypedConfig.Read(any, errors) is not { } config)
        {
            return null;
        }

        if (config.TypeUrl == OptionsKey)
        {
            return config.Parse(HttpProtocolOptions.Parser, errors);
        }

        errors.Add($"expected {OptionsKey}, got {config.TypeUrl}");
        return null;
    }

    private static UpstreamProtocol Protocol(WireCluster cluster, HttpProtocolOptions? options, DecodeErrors errors)
    {
        switch (options?.UpstreamProtocolOptionsCase)
        {
            case HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig:
                return options.ExplicitHttpConfig.Http2ProtocolOptions is null ? UpstreamProtocol.Http1 : UpstreamProtocol.Http2;
            case HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.AutoConfig:
                if (cluster.TransportSocket is null)
                {
                    errors.Add("auto_config: expected a transport socket that negotiates (TLS), got none");
                }

                return UpstreamProtocol.Negotiated;
            default:
#pragma warning disable CS0612 // Envoy still reads the cluster's own field where there are no typed options.
                return options is null && cluster.Http2ProtocolOptions is not null ? UpstreamProtocol.Http2 : UpstreamProtocol.OfRequest;
#pragma warning restore CS0612
        }
    }

    private static Http2ProtocolOptions? Http2(HttpProtocolOptions? options) =>
        options?.ExplicitHttpConfig?.Http2ProtocolOptions
        ?? options?.UseDownstreamProtocolConfig?.Http2ProtocolOptions
        ?? options?.AutoConfig?.Http2ProtocolOptions;

#pragma warning disable CS0612 // Envoy still reads it where the typed options say nothing.
    private static uint? DeprecatedMaxRequests(WireCluster cluster) => cluster.MaxRequestsPerConnection;
#pragma warning restore CS0612

    // Envoy: zero turns it off.
    private static TimeSpan? IdleTimeout(CoreProtocolOptions? options, DecodeErrors errors) =>
        DurationDecoder.DecodeNonNegative(options?.IdleTimeout, errors) is not { } timeout ? ConnectionPolicy.Default.IdleTimeout
        : timeout == TimeSpan.Zero ? null
        : Bounded(timeout);

    private static PingPolicy? Ping(KeepaliveSettings? settings, DecodeErrors errors)
    {
        if (settings is null)
        {
            return null;
        }

        var interval = DurationDecoder.DecodePositive(settings.Interval, errors.In("interval"));
        if (settings.Timeout is null)
        {
            errors.Add("timeout: expected a duration, got none");
        }

        var timeout = DurationDecoder.DecodePositive(settings.Timeout, errors.In("timeout"));
        return interval is { } every && timeout is { } limit ? new PingPolicy(AtLeastASecond(every), AtLeastASecond(limit)) : null;
    }

    private static TimeSpan AtLeastASecond(TimeSpan time) => time < ShortestPing ? ShortestPing : Bounded(time)!.Value;

    private static TimeSpan? Bounded(TimeSpan? time) => time > LongestTimer ? LongestTimer : time;

    private static uint? Set(uint? value) => value is 0 ? null : value;

    private static TcpKeepalive? Keepalive(WireKeepalive? message) => message is null
        ? null
        : new TcpKeepalive(Set(message.KeepaliveProbes), Seconds(message.KeepaliveTime), Seconds(message.KeepaliveInterval));

    private static TimeSpan? Seconds(uint? value) => Set(value) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
