using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mesh.Client.Dialing;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>Opens connections to one endpoint, whatever host the request's URI names, with TLS where the cluster demands it; and can cut all of them.</summary>
internal sealed class EndpointConnector(EndpointPoolKey key, TlsClient? tls, TimeProvider time, ILogger logger)
{
    // Null for a name, which is resolved for each connection.
    private readonly IPEndPoint? _target = IPAddress.TryParse(key.Address.Host, out var ip) ? new IPEndPoint(ip, key.Address.Port) : null;

    // Guarded by _lock.
    private readonly HashSet<EndpointConnection> _connections = [];
    private readonly Lock _lock = new();
    private volatile string? _peerId;

    public EndpointPoolKey Key => key;

    /// <summary>Who was at the other end of the last connection between workloads of the mesh, as verified; null before the first.</summary>
    public string? PeerId => _peerId;

    /// <summary>Is told of connections between workloads of the mesh; null where the endpoint is called otherwise.</summary>
    public ConnectionRenewal? Renewal { get; set; }

    /// <summary>For HTTP: the handler speaks on it what the first request asks for.</summary>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ConnectAsync(context, closed: null, cancellationToken);

    /// <param name="context">The request that needs the connection.</param>
    /// <param name="closed">Runs once when the connection is closed, by whichever side.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Action? closed, CancellationToken cancellationToken) =>
        ConnectAsync(HostOf(context), ApplicationProtocols.Of(context.InitialRequestMessage, key.Connection.Protocol), closed, cancellationToken);

    /// <summary>For any protocol.</summary>
    /// <param name="host">Whom it is for: the server name of TLS where the policy names none.</param>
    /// <param name="protocols">For ALPN, where the policy names none.</param>
    /// <param name="closed">Runs once when the connection is closed, by whichever side.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<Stream> ConnectAsync(
        string host, List<SslApplicationProtocol> protocols, Action? closed, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        Socket? socket = null;
        try
        {
            socket = await OpenAsync(cancellationToken).ConfigureAwait(false);
            var connection = new EndpointConnection(socket, this, closed);
            Remember(connection);
            return tls is null ? connection : await SecureAsync(connection, host, protocols, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            TransportLog.ConnectFailed(logger, key.Address, host, exception);
            throw;
        }
    }

    /// <summary>A connected socket, with the keep-alive of the cluster; of a name with several addresses, to the first that takes one.</summary>
    public async ValueTask<Socket> OpenAsync(CancellationToken cancellationToken)
    {
        if (_target is not null)
        {
            return await AddressRace.OpenAsync(_target, Prepare, cancellationToken).ConfigureAwait(false);
        }

        var addresses = await Dns.GetHostAddressesAsync(key.Address.Host, cancellationToken).ConfigureAwait(false);
        return await AddressRace.ConnectAsync(addresses, key.Address.Port, Prepare, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the TLS of the cluster on a connection; the connection itself where none is demanded.</summary>
    /// <param name="transport">Disposed when the handshake fails.</param>
    /// <param name="host">Whom it is for: the server name where the policy names none.</param>
    /// <param name="protocols">For ALPN, where the policy names none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<Stream> SecureAsync(
        Stream transport, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken) =>
        tls is null ? transport : Remembered(await tls.AuthenticateAsync(transport, host, protocols, cancellationToken).ConfigureAwait(false));

    /// <summary>Waits a bounded time for what the TLS of the cluster needs of this process.</summary>
    public ValueTask PrepareAsync(CancellationToken cancellationToken) => tls is null ? ValueTask.CompletedTask : tls.PrepareAsync(cancellationToken);

    /// <summary>The open connections between workloads of the mesh.</summary>
    public EndpointConnection[] Secured()
    {
        lock (_lock)
        {
            return [.. _connections.Where(connection => connection.Session is not null)];
        }
    }

    /// <summary>Cuts every open connection; what was on its way fails.</summary>
    public void Abort()
    {
        EndpointConnection[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        foreach (var connection in connections)
        {
            connection.Abort();
        }
    }

    public void Forget(EndpointConnection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    private async ValueTask<Stream> SecureAsync(
        EndpointConnection connection, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        var secured = await tls!.AuthenticateAsync(connection, host, protocols, cancellationToken).ConfigureAwait(false);
        if (secured.Session is { } session)
        {
            connection.Session = session;
            Remember(session.Peer.ToString());
            Renewal?.Opened(session);
        }

        return secured.Stream;
    }

    private SslStream Remembered(SecuredStream secured)
    {
        if (secured.Session is { } session)
        {
            Remember(session.Peer.ToString());
        }

        return secured.Stream;
    }

    private void Prepare(Socket socket) => SocketKeepalive.Apply(socket, key.Connection.Keepalive);

    private void Remember(string peer) => _peerId = peer == _peerId ? _peerId : peer;

    private void Remember(EndpointConnection connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
        }
    }

    // Envoy's auto_sni is the Host header; a server name has no port (RFC 6066 3).
    private static string HostOf(SocketsHttpConnectionContext context) =>
        context.InitialRequestMessage.Headers.Host is { Length: > 0 } host && Uri.TryCreate($"https://{host}", UriKind.Absolute, out var uri)
            ? uri.IdnHost
            : context.DnsEndPoint.Host;
}
