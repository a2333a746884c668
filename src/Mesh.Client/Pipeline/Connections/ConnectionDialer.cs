using System.Net;
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
        Socket? socket = null;
        try
        {
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                if (connector is not null)
                {
                    await connector.PrepareAsync(either.Token).ConfigureAwait(false);
                }

                socket = connector is null ? await OpenAsync(address, either.Token).ConfigureAwait(false) : await connector.OpenAsync(either.Token).ConfigureAwait(false);
                Stream stream = new NetworkStream(socket, ownsSocket: true);
                return new DialedConnection(
                    socket, connector is null ? stream : await connector.SecureAsync(stream, host, [], either.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"not connected within {timeout.TotalSeconds:0.###} s", exception);
            }
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    private async Task<Socket> OpenAsync(EndpointAddress address, CancellationToken cancellationToken) =>
        IPAddress.TryParse(address.Host, out var ip)
            ? await AddressRace.OpenAsync(new IPEndPoint(ip, address.Port), prepare: null, cancellationToken).ConfigureAwait(false)
            : await AddressRace.ConnectAsync(
                await Dns.GetHostAddressesAsync(address.Host, cancellationToken).ConfigureAwait(false), address.Port, prepare: null, time, cancellationToken).ConfigureAwait(false);
}
