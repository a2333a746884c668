using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Testing.Faulty;

/// <summary>A TCP proxy on loopback between a client and a server, which cuts, delays, loses and slows down what passes, as a test says.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int PieceSize = 16 * 1024;

    // Linux' least (TCP_RTO_MIN).
    private static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _random;
    private readonly Lock _randomLock = new();
    private readonly Task _accepting;

    // Volatile: changed by the test, read for every piece.
    private volatile NetworkFault _fault = NetworkFault.None;
    private volatile IPEndPoint _target;
    private int _accepted;

    /// <param name="targetPort">Of the server on loopback.</param>
    /// <param name="seed">Of jitter and resets.</param>
    public FaultProxy(int targetPort, int seed = 1)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _random = new Random(seed);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Connections so far, those that were refused among them.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>What happens from now on, to connections that are open too.</summary>
    public NetworkFault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>Leads new connections to another server.</summary>
    public void Retarget(int port) => _target = new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>Resets every connection that is open.</summary>
    public void Cut()
    {
        foreach (var (socket, _) in _open)
        {
            Reset(socket);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptAsync(_stop.Token);
            Interlocked.Increment(ref _accepted);
            if (_fault.Refuses)
            {
                Reset(client);
                continue;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        (_open[client], _open[server]) = (true, true);
        try
        {
            await server.ConnectAsync(_target, _stop.Token);
            await Task.WhenAny(
                PassAsync(client, server, static fault => fault.DropsToServer),
                PassAsync(server, client, static fault => fault.DropsToClient));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client learns it by the reset.
        }

        Reset(client);
        Reset(server);
    }

    /// <summary>Ends when either side does.</summary>
    private async Task PassAsync(Socket from, Socket to, Func<NetworkFault, bool> drops)
    {
        var piece = new byte[PieceSize];
        while (true)
        {
            var read = await from.ReceiveAsync(piece, _stop.Token);
            if (read == 0)
            {
                return;
            }

            var fault = _fault;
            if (fault.ResetShare > 0 && Draw() < fault.ResetShare)
            {
                return;
            }

            await HoldAsync(fault, read);
            await FitAsync(read);
            if (!drops(_fault))
            {
                await to.SendAsync(piece.AsMemory(0, read), _stop.Token);
            }
        }
    }

    private async Task HoldAsync(NetworkFault fault, int bytes)
    {
        var hold = fault.Delay + (fault.Jitter * (fault.Jitter > TimeSpan.Zero ? Draw() : 0));
        if (fault.LossShare > 0 && Draw() < fault.LossShare)
        {
            hold += Retransmission;
        }

        if (fault.BytesPerSecond is { } rate)
        {
            hold += TimeSpan.FromSeconds((double)bytes / rate);
        }

        if (hold > TimeSpan.Zero)
        {
            await Task.Delay(hold, TimeProvider.System, _stop.Token);
        }
    }

    /// <summary>TCP sends the same again and again, and what comes later waits behind it.</summary>
    private async Task FitAsync(int bytes)
    {
        while (_fault.LargestPiece < bytes)
        {
            await Task.Delay(Again, TimeProvider.System, _stop.Token);
        }
    }

    private double Draw()
    {
        lock (_randomLock)
        {
            return _random.NextDouble();
        }
    }

    private void Reset(Socket socket)
    {
        _open.TryRemove(socket, out _);
        try
        {
            // A linger of zero makes close a reset.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}
