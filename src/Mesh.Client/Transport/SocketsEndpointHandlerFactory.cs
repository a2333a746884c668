namespace Mesh.Client.Transport;

/// <summary>Makes handlers over sockets, for HTTP/1.1 and HTTP/2 as each request asks.</summary>
internal sealed class SocketsEndpointHandlerFactory : IEndpointHandlerFactory
{
    public HttpMessageHandler Create(EndpointPoolKey key, EndpointConnector connector) => new SocketsHttpHandler
    {
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = key.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        // The application's side of HTTP is answered for before; a connection only carries it.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
    };
}
