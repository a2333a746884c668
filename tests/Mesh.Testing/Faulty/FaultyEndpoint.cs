using System.Net;
using System.Net.Sockets;

namespace Mesh.Testing.Faulty;

/// <summary>An endpoint on loopback that goes wrong in one way, down at the socket, where no HTTP server would let it.</summary>
public sealed class FaultyEndpoint : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket? _listener;
    private readonly List<Socket> _fillers = [];
    private readonly Task _serving;
    private int _requests;

    private FaultyEndpoint(int port, Socket? listener, Func<FaultyConnection, Task>? behave)
    {
        (Port, _listener) = (port, listener);
        _serving = listener is not null && behave is not null ? ServeAsync(listener, behave) : Task.CompletedTask;
    }

    public int Port { get; }

    /// <summary>Requests whose head it has read.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Nobody listens: connections are refused.</summary>
    public static FaultyEndpoint Refusing()
    {
        // Bound until the end, so that nobody else listens there.
        var socket = Bind();
        return new FaultyEndpoint(PortOf(socket), socket, null);
    }

    /// <summary>Connections are never answered: the backlog is full, so the system drops each SYN.</summary>
    public static FaultyEndpoint Blackhole()
    {
        var listener = Bind();
        listener.Listen(0);
        var endpoint = new FaultyEndpoint(PortOf(listener), listener, null);

        // Linux holds one connection more than the backlog says; another may be half open.
        for (var filler = 0; filler < 3; filler++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            endpoint._fillers.Add(socket);
            try
            {
                socket.Connect(new IPEndPoint(IPAddress.Loopback, endpoint.Port));
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
            }
        }

        return endpoint;
    }

    /// <summary>Announces a body, sends half of it, and resets the connection.</summary>
    public static FaultyEndpoint ResettingMidBody() => Serving(async connection =>
    {
        if (await connection.ReadRequestAsync())
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + new string('x', 500));
            connection.Reset();
        }
    });

    /// <summary>Reads the request and resets the connection.</summary>
    public static FaultyEndpoint ResettingBeforeHeaders() => Serving(async connection =>
    {
        if (await connection.ReadRequestAsync())
        {
            connection.Reset();
        }
    });

    /// <summary>Answers one request, lets the connection live, and closes it when the next one arrives.</summary>
    public static FaultyEndpoint ClosingKeepAlive() => Serving(async connection =>
    {
        if (await connection.ReadRequestAsync())
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await connection.ReadRequestAsync();
        }
    });

    /// <summary>Answers everything with 503.</summary>
    public static FaultyEndpoint Unavailable() => Serving(async connection =>
    {
        while (await connection.ReadRequestAsync())
        {
            await connection.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ndown");
        }
    });

    /// <summary>Reads requests and never answers.</summary>
    public static FaultyEndpoint Silent() => Serving(async connection =>
    {
        while (await connection.ReadRequestAsync())
        {
        }
    });

    /// <summary>Answers with what is not HTTP.</summary>
    public static FaultyEndpoint Babbling() => Serving(async connection =>
    {
        if (await connection.ReadRequestAsync())
        {
            await connection.WriteAsync("220 mail.example.com ESMTP\r\n\r\n");
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        _fillers.ForEach(socket => socket.Dispose());
        await _serving;
        _stop.Dispose();
    }

    private static FaultyEndpoint Serving(Func<FaultyConnection, Task> behave)
    {
        var listener = Bind();
        listener.Listen(512);
        return new FaultyEndpoint(PortOf(listener), listener, behave);
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private async Task ServeAsync(Socket listener, Func<FaultyConnection, Task> behave)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_stop.Token);
                connections.Add(ServeAsync(new FaultyConnection(socket, () => Interlocked.Increment(ref _requests), _stop.Token), behave));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private static async Task ServeAsync(FaultyConnection connection, Func<FaultyConnection, Task> behave)
    {
        using (connection)
        {
            try
            {
                await behave(connection);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The caller went away, or the test has ended.
            }
        }
    }
}
