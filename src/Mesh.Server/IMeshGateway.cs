using System.Net;

namespace Mesh.Server;

/// <summary>Shows which ports this gateway has open. Registered by <c>builder.AddMesh()</c>; useful after <c>app.MapMeshGateway()</c>.</summary>
public interface IMeshGateway
{
    /// <summary>The open ports, each with the listener port that the control plane knows it by.</summary>
    IReadOnlyDictionary<int, IPEndPoint> Ports { get; }

    /// <summary>Waits until a listener port is open.</summary>
    /// <param name="port">As the control plane says it, such as 8080.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Where it listens.</returns>
    Task<IPEndPoint> WaitForPortAsync(int port, CancellationToken cancellationToken = default);
}
