namespace Mesh.Client;

/// <summary>Opens raw connections through the mesh, for client libraries that speak something other than HTTP: databases, brokers, mail.</summary>
/// <remarks>
/// The connection follows <c>tcp[]</c> and <c>tls[]</c> of the VirtualServices for the host, the DestinationRules of the destination they lead to, and
/// its load balancing. It is routed once, when it is opened: a later change of configuration is for later connections.
/// Registered by <c>AddMesh()</c>; safe for use by many threads at once.
/// </remarks>
public interface IMeshConnector
{
    /// <summary>Connects to a service of the mesh, or to what is outside it if the outbound traffic policy allows that.</summary>
    /// <param name="host">As the caller's connection string has it: a name, short or full, or an IP address.</param>
    /// <param name="port">The service's port, 1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt to connect; it has no effect on the stream afterwards.</param>
    /// <returns>A <see cref="MeshStream"/>, open for both directions. The caller disposes it.</returns>
    /// <exception cref="MeshConnectException">The mesh refuses the connection, or no endpoint accepts it.</exception>
    ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ConnectAsync(string, int, CancellationToken)"/>
    /// <param name="host">As the caller's connection string has it: a name, short or full, or an IP address.</param>
    /// <param name="port">The service's port, 1 to 65535.</param>
    /// <param name="options">What the mesh cannot see for itself.</param>
    /// <param name="cancellationToken">Ends the attempt to connect; it has no effect on the stream afterwards.</param>
    ValueTask<Stream> ConnectAsync(string host, int port, MeshConnectOptions options, CancellationToken cancellationToken = default);
}
