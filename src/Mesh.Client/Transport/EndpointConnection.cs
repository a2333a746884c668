using System.Net.Sockets;
using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Transport;

/// <summary>An open connection that tells when it is closed.</summary>
internal sealed class EndpointConnection(Socket socket, EndpointConnector connector) : NetworkStream(socket, ownsSocket: true)
{
    private Action? _closed;
    private int _isClosed;
    private volatile PeerSession? _session;

    /// <summary>What it was opened with, between workloads of the mesh; else null.</summary>
    public PeerSession? Session
    {
        get => _session;
        set => _session = value;
    }

    /// <summary>Runs once when it is closed, by whichever side; at once when it is closed already.</summary>
    public void WhenClosed(Action? closed)
    {
        Interlocked.Exchange(ref _closed, closed);
        if (Volatile.Read(ref _isClosed) != 0)
        {
            Interlocked.Exchange(ref _closed, null)?.Invoke();
        }
    }

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
