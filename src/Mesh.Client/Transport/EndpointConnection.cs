using System.Net.Sockets;

namespace Mesh.Client.Transport;

/// <summary>An open connection that tells when it is closed.</summary>
internal sealed class EndpointConnection(Socket socket, EndpointConnector connector, Action? closed) : NetworkStream(socket, ownsSocket: true)
{
    private Action? _closed = closed;
    private int _isClosed;

    /// <summary>Cuts it under whoever reads or writes.</summary>
    public void Abort() => Socket.Dispose();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            connector.Forget(this);
            Interlocked.Exchange(ref _closed, null)?.Invoke();
        }
    }
}
