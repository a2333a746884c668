using System.Net;
using System.Net.Sockets;

namespace Mesh.Client.Tests.Transport;

/// <summary>A port on loopback where nobody listens.</summary>
internal static class ClosedPort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
