using System.Net.Sockets;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>An open connection, before anybody counts it or times it.</summary>
/// <param name="Socket">What carries it.</param>
/// <param name="Stream">What is read and written: the socket's stream, or TLS over it. Disposing it closes the socket.</param>
internal readonly record struct DialedConnection(Socket Socket, Stream Stream);
