using System.Net;
using System.Net.Sockets;

namespace Mesh.Server.Registration;

/// <summary>Finds the machine's own address on the way to a peer.</summary>
internal static class LocalAddress
{
    // Connecting a datagram socket sends nothing, so any port will do.
    private const int AnyPort = 9;

    /// <summary>The source address the system would use; loopback when the peer is on this machine or cannot be found.</summary>
    public static async Task<IPAddress> TowardsAsync(string peerHost, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(peerHost, AnyPort, cancellationToken);
            var local = ((IPEndPoint)socket.LocalEndPoint!).Address;
            local = local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local;
            return IPAddress.IsLoopback(local) ? IPAddress.Loopback : local;
        }
        catch (SocketException)
        {
            // Without a way to the control plane nobody hears of us anyway; the stream will report what is wrong.
            return IPAddress.Loopback;
        }
    }
}
