using System.Net;
using System.Net.Sockets;

namespace Mesh.ControlPlane.Keys;

/// <summary>Resolves a name once and connects to an address that was checked: a second answer of the DNS (rebinding) is never asked for.</summary>
internal sealed class GuardedConnection(AddressGuard guard, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <exception cref="HttpRequestException">No address of the name is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        var allowed = addresses.Where(address => guard.Allows(host, port, address)).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(
                $"{host} is at {(addresses.Length == 0 ? "no address" : string.Join(", ", addresses.AsEnumerable()))}, which is not public; if keys may be fetched there, "
                + $"name {host}:{port} in {MeshControlPlaneOptions.SectionName}:{nameof(MeshControlPlaneOptions.JwksAllowedHosts)} or its network in {nameof(MeshControlPlaneOptions.JwksAllowedNetworks)}");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
