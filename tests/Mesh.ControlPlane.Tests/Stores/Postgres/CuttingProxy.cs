using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.ControlPlane.Tests.Stores.Postgres;

/// <summary>Stands between a client and PostgreSQL, and can cut a connection after a statement was carried out and before its answer arrives.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly string _socket;
    private readonly Task _accepting;

    private volatile string? _cutAfter;

    /// <param name="socketFolder">Of the server.</param>
    public CuttingProxy(string socketFolder)
    {
        _socket = Path.Combine(socketFolder, ".s.PGSQL.5432");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>The next statement with this text is carried out, and nobody hears of it.</summary>
    public void CutAfter(string text) => _cutAfter = text;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _connections.Add(CarryAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task CarryAsync(Socket accepted)
    {
        using var client = accepted;
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket), end.Token);
            var isCut = new StrongBox();
            await Task.WhenAny(SendAsync(client, server, isCut, end.Token), AnswerAsync(server, client, isCut, end.Token));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
        }

        await end.CancelAsync();
    }

    private async Task SendAsync(Socket client, Socket server, StrongBox isCut, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await client.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (_cutAfter is { } text && Encoding.UTF8.GetString(buffer, 0, count).Contains(text, StringComparison.Ordinal))
            {
                _cutAfter = null;
                isCut.Value = true;
            }

            await server.SendAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private async Task AnswerAsync(Socket server, Socket client, StrongBox isCut, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await server.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (isCut.Value)
            {
                Cuts++;
                return;
            }

            await client.SendAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}
