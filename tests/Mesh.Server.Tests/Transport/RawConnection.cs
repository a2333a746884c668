using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Server.Tests.Transport;

/// <summary>A TCP connection whose bytes a test writes itself.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Stream Stream => field ??= new NetworkStream(_socket);

    public static async Task<RawConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return connection;
    }

    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _socket.SendAsync(Encoding.ASCII.GetBytes(text), cancellationToken);

    /// <summary>Everything up to the end of the connection; a reset is an end.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var all = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(all, cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    public void Dispose() => _socket.Dispose();
}
