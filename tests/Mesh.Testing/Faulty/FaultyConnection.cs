using System.Net.Sockets;
using System.Text;

namespace Mesh.Testing.Faulty;

/// <summary>One accepted connection of a <see cref="FaultyEndpoint"/>: reads heads of requests without bodies, writes anything.</summary>
public sealed class FaultyConnection(Socket socket, Action requested, CancellationToken cancellationToken) : IDisposable
{
    private static readonly byte[] End = "\r\n\r\n"u8.ToArray();

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _filled;

    /// <summary>Waits for the next request; false when the other side has closed.</summary>
    public async Task<bool> ReadRequestAsync()
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf(End);
            if (end >= 0)
            {
                _filled -= end + End.Length;
                _buffer.AsSpan(end + End.Length, _filled).CopyTo(_buffer);
                requested();
                return true;
            }

            var read = await socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }
    }

    public async Task WriteAsync(string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), cancellationToken);

    /// <summary>Closes with RST, what a crashed process or a stateful middlebox looks like.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
