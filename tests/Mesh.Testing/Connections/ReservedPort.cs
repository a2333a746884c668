using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Testing.Connections;

/// <summary>
/// A port of loopback that nobody gets by chance, neither as a free port nor for a connection of his own: bound, and never listened to. It refuses while no server listens at it, and a server that is told its number may
/// come and go.
/// </summary>
/// <remarks>Servers that share it set <c>SO_REUSEADDR</c>, as .NET, Node, Go, Python and gRPC do.</remarks>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Number}"));

    public void Dispose() => _socket.Dispose();
}
