using System.Net;
using System.Net.Sockets;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Opens one connection within its time.</summary>
internal sealed class ConnectionDialer(TimeProvider time)
{
    /// <param name="address">An IP address, or a name that is resolved now.</param>
    /// <param name="timeout">For opening it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="TimeoutException">It was not open in time.</exception>
    /// <exception cref="SocketException">It could not be opened.</exception>
    public async ValueTask<DialedConnection> DialAsync(EndpointAddress address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await socket.ConnectAsync(Target(address), either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"not connected within {timeout.TotalSeconds:0.###} s", exception);
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new DialedConnection(socket, new NetworkStream(socket, ownsSocket: true));
    }

    private static EndPoint Target(EndpointAddress address) =>
        IPAddress.TryParse(address.Host, out var ip) ? new IPEndPoint(ip, address.Port) : new DnsEndPoint(address.Host, address.Port);
}
