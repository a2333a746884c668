using System.Net.Security;
using System.Net.Sockets;
using Mesh.Client.Dialing;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>Opens connections to one endpoint, whatever host the request's URI names, with TLS where the cluster demands it; and can cut all of them.</summary>
internal sealed class EndpointConnector(EndpointPoolKey key, TlsClient? tls, TimeProvider time, ILogger logger)
{
    // Guarded by _lock.
    private readonly HashSet<EndpointConnection> _connections = [];
    private readonly Lock _lock = new();
    private volatile string? _peerId;
    private volatile AddressList? _addresses = key.Addresses;

    public EndpointPoolKey Key => key;

    /// <summary>All addresses of the endpoint, where it has several now; the next connection tries them.</summary>
    public AddressList? Addresses
    {
        get => _addresses;
        set => _addresses = value;
    }

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
        OpenedConnection? opened = null;
        try
        {
            opened = await OpenAsync(Follow, host, protocols, cancellationToken).ConfigureAwait(false);
            var connection = (EndpointConnection)opened.Transport;
            connection.WhenClosed(closed);
            if (opened.Session is { } session)
            {
                connection.Session = session;
                Renewal?.Opened(session);
            }

            return opened.Stream;
        }
        catch (Exception exception)
        {
            opened?.Dispose();
            TransportLog.ConnectFailed(logger, key.Address, host, exception);
            throw;
        }
    }

    /// <summary>One that is not followed: nobody renews it or cuts it. With the TLS of the cluster.</summary>
    /// <param name="host">Whom it is for: the server name where the policy names none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<OpenedConnection> DialAsync(string host, CancellationToken cancellationToken) =>
        OpenAsync(static socket => new NetworkStream(socket, ownsSocket: true), host, [], cancellationToken);

    /// <summary>A connected socket, with the keep-alive of the cluster; of several addresses, to the first that takes one.</summary>
    public Task<Socket> OpenAsync(CancellationToken cancellationToken) => _addresses is { } several
        ? AddressRace.FirstAsync(several.Addresses, (address, stop) => AddressRace.OpenAsync(address, Prepare, stop), time, cancellationToken)
        : AddressRace.ConnectAsync(key.Address.Host, key.Address.Port, Prepare, time, cancellationToken);

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

    private async Task<OpenedConnection> OpenAsync(
        Func<Socket, NetworkStream> wrap, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        OpenedConnection opened;
        if (_addresses is { } several)
        {
            // The handshake is run for, too: an address that takes connections and then says nothing must not win (gRFC A61).
            opened = await AddressRace.FirstAsync(
                several.Addresses,
                async (address, stop) =>
                {
                    var socket = await AddressRace.OpenAsync(address, Prepare, stop).ConfigureAwait(false);
                    return await SecureAsync(wrap(socket), host, protocols, stop).ConfigureAwait(false) with { Address = address };
                },
                time,
                cancellationToken).ConfigureAwait(false);
            several.Connected(opened.Address!);
        }
        else
        {
            opened = await SecureAsync(wrap(await OpenAsync(cancellationToken).ConfigureAwait(false)), host, protocols, cancellationToken).ConfigureAwait(false);
        }

        if (opened.Session is { } session)
        {
            Remember(session.Peer.ToString());
        }

        return opened;
    }

    private async Task<OpenedConnection> SecureAsync(
        NetworkStream transport, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        if (tls is null)
        {
            return new OpenedConnection(transport, transport, Session: null);
        }

        var secured = await tls.AuthenticateAsync(transport, host, protocols, cancellationToken).ConfigureAwait(false);
        return new OpenedConnection(transport, secured.Stream, secured.Session);
    }

    private EndpointConnection Follow(Socket socket)
    {
        var connection = new EndpointConnection(socket, this);
        lock (_lock)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    private void Prepare(Socket socket) => SocketKeepalive.Apply(socket, key.Connection.Keepalive);

    private void Remember(string peer) => _peerId = peer == _peerId ? _peerId : peer;

    // Envoy's auto_sni is the Host header; a server name has no port (RFC 6066 3).
    private static string HostOf(SocketsHttpConnectionContext context) =>
        context.InitialRequestMessage.Headers.Host is { Length: > 0 } host && Uri.TryCreate($"https://{host}", UriKind.Absolute, out var uri)
            ? uri.IdnHost
            : context.DnsEndPoint.Host;
}
