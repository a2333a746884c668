using System.Net;
using System.Net.Sockets;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>Opens connections to one endpoint, whatever host the request's URI names, and can cut all of them.</summary>
internal sealed class EndpointConnector(EndpointAddress address, ILogger logger)
{
    private readonly EndPoint _target =
        IPAddress.TryParse(address.Host, out var ip) ? new IPEndPoint(ip, address.Port) : new DnsEndPoint(address.Host, address.Port);

    // Guarded by _lock. Closed ones leave when the next one is opened.
    private readonly List<Socket> _sockets = [];
    private readonly Lock _lock = new();

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            TransportLog.ConnectFailed(logger, address, context.DnsEndPoint.Host, exception);
            throw;
        }

        Remember(socket);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Cuts every open connection; what was on its way fails.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _sockets.ForEach(socket => socket.Dispose());
            _sockets.Clear();
        }
    }

    private void Remember(Socket socket)
    {
        lock (_lock)
        {
            _sockets.RemoveAll(known => known.SafeHandle.IsClosed);
            _sockets.Add(socket);
        }
    }
}
