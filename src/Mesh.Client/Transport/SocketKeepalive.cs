using System.Net.Sockets;
using Mesh.Client.Model;

namespace Mesh.Client.Transport;

/// <summary>Sets TCP keep-alive probes on a socket.</summary>
internal static class SocketKeepalive
{
    public static void Apply(Socket socket, TcpKeepalive? keepalive)
    {
        if (keepalive is null)
        {
            return;
        }

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        Set(socket, SocketOptionName.TcpKeepAliveRetryCount, keepalive.Probes);
        Set(socket, SocketOptionName.TcpKeepAliveTime, Seconds(keepalive.Time));
        Set(socket, SocketOptionName.TcpKeepAliveInterval, Seconds(keepalive.Interval));
    }

    private static void Set(Socket socket, SocketOptionName option, uint? value)
    {
        if (value is > 0)
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, option, (int)Math.Min(value.Value, short.MaxValue));
        }
    }

    // Whole seconds are all that TCP stacks know.
    private static uint? Seconds(TimeSpan? time) => time is { } set ? (uint)Math.Clamp(Math.Ceiling(set.TotalSeconds), 1, short.MaxValue) : null;
}
