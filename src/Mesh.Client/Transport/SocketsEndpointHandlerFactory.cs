using Mesh.Client.Model;
using Mesh.Client.Transport.Counted;

namespace Mesh.Client.Transport;

/// <summary>Makes handlers over sockets: one for all connections where nothing limits them, else one that counts them.</summary>
internal sealed class SocketsEndpointHandlerFactory : IEndpointHandlerFactory
{
    private readonly HttpsUris _uris = new();

    public HttpMessageHandler Create(EndpointPool pool)
    {
        var (key, connector) = (pool.Key, pool.Connector);
        HttpMessageHandler handler = IsCounted(key)
            ? new CountedConnectionPool(key, connector, connect => CreateSockets(key, connect, isSingle: true))
            : CreateSockets(key, connector.ConnectAsync, isSingle: false);
        return key is { Connection.Protocol: UpstreamProtocol.OfRequest, Security: null }
            ? handler
            : new ProtocolHandler(pool, _uris, handler);
    }

    private static bool IsCounted(EndpointPoolKey key) =>
        key.Limits is not null || key.Connection is { MaxRequests: not null } or { MaxConcurrentStreams: not null };

    private static SocketsHttpHandler CreateSockets(
        EndpointPoolKey key, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect, bool isSingle) => new()
        {
            ConnectCallback = connect,
            ConnectTimeout = key.ConnectTimeout,
            PooledConnectionIdleTimeout = key.Connection.IdleTimeout ?? Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = key.Connection.MaxDuration ?? Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = key.Connection.Ping?.Interval ?? Timeout.InfiniteTimeSpan,
            KeepAlivePingTimeout = key.Connection.Ping?.Timeout ?? TimeSpan.FromSeconds(20),
            // Envoy pings idle connections too: half-open ones are found before a request needs them.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            MaxConnectionsPerServer = isSingle ? 1 : int.MaxValue,
            EnableMultipleHttp2Connections = !isSingle,
            // The application's side of HTTP is answered for before; a connection only carries it.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
}
