using Mesh.Testing.Connections;

namespace Mesh.Client.Tests.Reliability;

/// <summary>An address of loopback at which nobody listens.</summary>
internal static class ClosedPort
{
    public static Uri Next() => new($"http://127.0.0.1:{TcpEchoServer.RefusingPort()}");
}
