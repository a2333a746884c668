using System.Net.Sockets;
using Mesh.Client.Dialing;
using Mesh.Client.Model;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Opens one connection within its time.</summary>
internal sealed class ConnectionDialer(TimeProvider time)
{
    /// <param name="address">An IP address, or a name that is resolved now.</param>
    /// <param name="timeout">For opening it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="TimeoutException">It was not open in time.</exception>
    /// <exception cref="SocketException">It could not be opened.</exception>
    public ValueTask<DialedConnection> DialAsync(EndpointAddress address, TimeSpan timeout, CancellationToken cancellationToken) =>
        DialAsync(address, timeout, connector: null, host: "", cancellationToken);

    /// <summary>To an endpoint of the mesh: with the keep-alive and the TLS of its cluster, all within the cluster's connect timeout.</summary>
    /// <param name="connector">The endpoint's.</param>
    /// <param name="host">Whom the connection is for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public ValueTask<DialedConnection> DialAsync(EndpointConnector connector, string host, CancellationToken cancellationToken) =>
        DialAsync(connector.Key.Address, connector.Key.ConnectTimeout, connector, host, cancellationToken);

    private async ValueTask<DialedConnection> DialAsync(
        EndpointAddress address, TimeSpan timeout, EndpointConnector? connector, string host, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (connector is null)
            {
                var socket = await AddressRace.ConnectAsync(address.Host, address.Port, prepare: null, time, either.Token).ConfigureAwait(false);
                return new DialedConnection(socket, new NetworkStream(socket, ownsSocket: true));
            }

            await connector.PrepareAsync(either.Token).ConfigureAwait(false);
            var opened = await connector.DialAsync(host, either.Token).ConfigureAwait(false);
            return new DialedConnection(opened.Transport.Socket, opened.Stream);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"not connected within {timeout.TotalSeconds:0.###} s", exception);
        }
    }
}
