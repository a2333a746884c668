using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>Limits and times of connections.</summary>
internal static class ConnectionPoolRules
{
    public static void Check(FieldScope scope, ConnectionPoolSettings? pool)
    {
        if (pool is null)
        {
            return;
        }

        scope.Require(pool.Tcp is not null || pool.Http is not null, "set tcp, http or both");
        if (pool.Tcp is { } tcp)
        {
            Tcp(scope.Field("tcp"), tcp);
        }

        if (pool.Http is { } http)
        {
            Http(scope.Field("http"), http);
        }
    }

    private static void Tcp(FieldScope scope, ConnectionPoolSettings.Types.TCPSettings tcp)
    {
        ValueRules.NotNegative(scope.Field("maxConnections"), tcp.MaxConnections);
        ValueRules.Duration(scope.Field("connectTimeout"), tcp.ConnectTimeout);
        ValueRules.Duration(scope.Field("maxConnectionDuration"), tcp.MaxConnectionDuration);
        ValueRules.Duration(scope.Field("idleTimeout"), tcp.IdleTimeout, zeroAllowed: true);
        ValueRules.Duration(scope.Field("tcpKeepalive.time"), tcp.TcpKeepalive?.Time);
        ValueRules.Duration(scope.Field("tcpKeepalive.interval"), tcp.TcpKeepalive?.Interval);
    }

    private static void Http(FieldScope scope, ConnectionPoolSettings.Types.HTTPSettings http)
    {
        ValueRules.NotNegative(scope.Field("http1MaxPendingRequests"), http.Http1MaxPendingRequests);
        ValueRules.NotNegative(scope.Field("http2MaxRequests"), http.Http2MaxRequests);
        ValueRules.NotNegative(scope.Field("maxRequestsPerConnection"), http.MaxRequestsPerConnection);
        ValueRules.NotNegative(scope.Field("maxRetries"), http.MaxRetries);
        ValueRules.NotNegative(scope.Field("maxConcurrentStreams"), http.MaxConcurrentStreams);
        ValueRules.Duration(scope.Field("idleTimeout"), http.IdleTimeout);
        scope.Field("useClientProtocol").Require(
            !http.UseClientProtocol || http.H2UpgradePolicy != ConnectionPoolSettings.Types.HTTPSettings.Types.H2UpgradePolicy.Upgrade,
            "useClientProtocol keeps the caller's version, h2UpgradePolicy UPGRADE changes it; remove one");
        if (http.Http2KeepAlive is { } keepAlive)
        {
            scope.Field("http2KeepAlive").Require(keepAlive.Interval is not null && keepAlive.Timeout is not null, "both interval and timeout are required");
            ValueRules.Duration(scope.Field("http2KeepAlive.interval"), keepAlive.Interval);
            ValueRules.Duration(scope.Field("http2KeepAlive.timeout"), keepAlive.Timeout);
        }
    }
}
