using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Server.Gateway.Ports;

/// <summary>A port that is open, with the connections that came in at it.</summary>
/// <param name="Name">Of the listener.</param>
/// <param name="Wanted">What was asked for.</param>
/// <param name="Listener">What accepts.</param>
internal sealed record OpenPort(string Name, IPEndPoint Wanted, IConnectionListener Listener)
{
    private readonly ConcurrentDictionary<ConnectionContext, byte> _connections = new();

    // Volatile: no connection is let in any more.
    private volatile bool _isClosing;

    /// <summary>As the Gateway resource says it.</summary>
    public int Number { get; } = int.Parse(Name.AsSpan(Name.LastIndexOf('_') + 1), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where it really listens.</summary>
    public IPEndPoint Local { get; } = (IPEndPoint)Listener.EndPoint;

    public int Count => _connections.Count;

    public void Add(ConnectionContext connection)
    {
        _connections.TryAdd(connection, 0);
        if (_isClosing)
        {
            RequestClose(connection);
        }
    }

    public void Remove(ConnectionContext connection) => _connections.TryRemove(connection, out _);

    /// <summary>Lets what is under way end: HTTP/1.1 closes behind the response, HTTP/2 says GOAWAY.</summary>
    public void RequestClose()
    {
        _isClosing = true;
        foreach (var connection in _connections.Keys)
        {
            RequestClose(connection);
        }
    }

    public void Abort()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Abort(new ConnectionAbortedException("The port of the gateway was closed."));
        }
    }

    private static void RequestClose(ConnectionContext connection) => connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
}
