using System.Net;
using System.Net.Sockets;
using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Transport;

/// <summary>A connection after all its handshakes, before anybody has it.</summary>
/// <param name="Transport">What carries it.</param>
/// <param name="Stream">What is read and written: the transport, or TLS over it.</param>
/// <param name="Session">Null when it is not one between workloads of the mesh.</param>
internal sealed record OpenedConnection(NetworkStream Transport, Stream Stream, PeerSession? Session) : IDisposable
{
    /// <summary>Which of the endpoint's addresses took it; null where it has only one.</summary>
    public IPEndPoint? Address { get; init; }

    public void Dispose() => Stream.Dispose();
}
