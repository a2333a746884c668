using System.Net;

namespace Mesh.Client;

/// <summary>A connection that <see cref="IMeshConnector"/> opened. Disposing it closes the connection in both directions.</summary>
public abstract class MeshStream : Stream
{
    private protected MeshStream()
    {
    }

    /// <summary>The endpoint at the other end; null when it cannot be told.</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>The xDS cluster it was routed to, such as <c>outbound|5432||postgres.default.svc.cluster.local</c>; null outside the mesh.</summary>
    public abstract string? ClusterName { get; }

    /// <summary>Says that nothing more will be written (half-close); what the other end still sends can be read. Further calls do nothing.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The connection is broken.</exception>
    public abstract ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default);
}
