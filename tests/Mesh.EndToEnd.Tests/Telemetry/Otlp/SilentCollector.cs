using System.Net;
using System.Net.Sockets;

namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>Takes connections and never reads from them, until it is disposed.</summary>
internal sealed class SilentCollector : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly List<TcpClient> _clients = [];
    private readonly Task _accepting;
    private int _accepted;

    public SilentCollector(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Connections that wait for an answer.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var client in _clients)
        {
            // At once: those who wait are told.
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _clients.Add(await _listener.AcceptTcpClientAsync(CancellationToken.None));
                Interlocked.Increment(ref _accepted);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
