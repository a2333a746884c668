using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Gateway.Ports;

/// <summary>Keeps the open ports what the control plane says: opens and closes them while the server runs, and tries again those that cannot be opened.</summary>
internal sealed class GatewayPorts : IMeshGateway, IAsyncDisposable
{
    /// <summary>Connections that wait for Kestrel to take them.</summary>
    private const int MaxWaiting = 1024;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly DestinationDirectory _directory;
    private readonly IConnectionListenerFactory _sockets;
    private readonly MeshGatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayPorts> _logger;
    private readonly GatewayMeter _meter;
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateBounded<ConnectionContext>(MaxWaiting);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();

    // Written by the one loop, read by anyone.
    private volatile ImmutableDictionary<string, OpenPort> _open = ImmutableDictionary.Create<string, OpenPort>(StringComparer.Ordinal);

    // Guarded by _lock: replaced when a port opens.
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _running;

    // Interlocked.
    private int _connections;

    public GatewayPorts(DestinationDirectory directory, IConnectionListenerFactory sockets, MeshGatewayOptions options, TimeProvider time, GatewayMeter meter, ILogger<GatewayPorts> logger)
    {
        (_directory, _sockets, _options, _time, _meter, _logger) = (directory, sockets, options, time, meter, logger);
        directory.Published += _ => _wake.Writer.TryWrite(true);
    }

    /// <summary>Ports have been opened or closed.</summary>
    public event Action? Changed;

    /// <summary>Every port that is open, with its listener as the control plane says it now.</summary>
    public IEnumerable<(OpenPort Port, GatewayListener Listener)> OpenListeners =>
        from listener in _directory.State.Gateway.Ports
        let port = _open.GetValueOrDefault(listener.Listener.Name)
        where port is not null
        select (port, listener.Listener);

    public ChannelReader<ConnectionContext> Accepted => _accepted.Reader;

    public IReadOnlyDictionary<int, IPEndPoint> Ports => _open.Values.DistinctBy(port => port.Number).ToDictionary(port => port.Number, port => port.Local);

    public async Task<IPEndPoint> WaitForPortAsync(int port, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (Ports.TryGetValue(port, out var local))
            {
                return local;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The server takes connections from now on.</summary>
    public void Start()
    {
        _wake.Writer.TryWrite(true);
        _running ??= RunAsync(_stop.Token);
    }

    /// <summary>No port takes connections any more; those that are open go on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        if (_running is { } running)
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var port in _open.Values)
        {
            await port.Listener.DisposeAsync();
        }

        _accepted.Writer.TryComplete();
    }

    /// <summary>A connection that was let in is over.</summary>
    public void Leave(OpenPort port, ConnectionContext connection)
    {
        port.Remove(connection);
        Interlocked.Decrement(ref _connections);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stop))
            {
                _wake.Reader.TryRead(out _);
                if (!await ReconcileAsync(stop))
                {
                    _ = WakeLaterAsync(stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    private async Task WakeLaterAsync(CancellationToken stop)
    {
        await Task.Delay(RetryPause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>False when a port could not be opened.</summary>
    private async Task<bool> ReconcileAsync(CancellationToken stop)
    {
        var before = _open;
        var wanted = _directory.State.Gateway.Ports.ToDictionary(port => port.Listener.Name, port => port.Listener, StringComparer.Ordinal);
        foreach (var port in _open.Values.Where(port => !wanted.TryGetValue(port.Name, out var listener) || !port.Wanted.Equals(PortPlan.Of(listener, _options))).ToArray())
        {
            await CloseAsync(port);
        }

        var all = true;
        foreach (var listener in wanted.Values.Where(listener => !_open.ContainsKey(listener.Name)))
        {
            all &= await OpenAsync(listener, stop);
        }

        if (!ReferenceEquals(before, _open))
        {
            Changed?.Invoke();
        }

        return all;
    }

    private async Task<bool> OpenAsync(GatewayListener listener, CancellationToken stop)
    {
        if (PortPlan.Of(listener, _options) is not { } place)
        {
            GatewayLog.NoSuchPort(_logger, listener.Name, _options.PortOffset);
            return true;
        }

        try
        {
            var port = new OpenPort(listener.Name, place, await _sockets.BindAsync(place, stop));
            _open = _open.SetItem(listener.Name, port);
            _ = AcceptAsync(port);
            GatewayLog.Opened(_logger, listener.Name, port.Local);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or AddressInUseException)
        {
            GatewayLog.NotOpened(_logger, listener.Name, place, exception.Message);
            return false;
        }

        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return true;
    }

    private async Task CloseAsync(OpenPort port)
    {
        _open = _open.Remove(port.Name);
        await port.Listener.UnbindAsync();
        GatewayLog.Closed(_logger, port.Name, port.Local, port.Count);
        _ = DrainAsync(port);
    }

    private async Task DrainAsync(OpenPort port)
    {
        port.RequestClose();
        await Task.Delay(_options.DrainTime, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        port.Abort();
        await port.Listener.DisposeAsync();
    }

    private async Task AcceptAsync(OpenPort port)
    {
        try
        {
            while (await port.Listener.AcceptAsync() is { } connection)
            {
                await TakeAsync(port, connection);
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            // The port is closed, or the server is.
        }
        catch (Exception exception)
        {
            GatewayLog.AcceptFailed(_logger, port.Name, exception);
        }
    }

    private async ValueTask TakeAsync(OpenPort port, ConnectionContext connection)
    {
        if (Interlocked.Increment(ref _connections) > _options.MaxConnections)
        {
            Interlocked.Decrement(ref _connections);
            _meter.Count(port.Number, GatewayMeter.TooManyConnections);
            GatewayLog.TooMany(_logger, port.Name, _options.MaxConnections);
            connection.Abort(new ConnectionAbortedException("The gateway has as many connections as it may (Mesh:Gateway:MaxConnections)."));
            await connection.DisposeAsync();
            return;
        }

        connection.Features.Set(port);
        port.Add(connection);
        try
        {
            await _accepted.Writer.WriteAsync(connection);
        }
        catch (ChannelClosedException)
        {
            Leave(port, connection);
            await connection.DisposeAsync();
            throw;
        }
    }
}
