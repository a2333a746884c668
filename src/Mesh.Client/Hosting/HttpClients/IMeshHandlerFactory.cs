namespace Mesh.Client;

/// <summary>Makes HTTP handlers that send through the mesh, for clients that do not come from <c>IHttpClientFactory</c>.</summary>
public interface IMeshHandlerFactory
{
    /// <summary>
    /// A handler for <c>GrpcChannelOptions.HttpHandler</c> or <c>new HttpClient(handler)</c>. Handlers share the mesh's connections: making and disposing them is cheap.
    /// </summary>
    /// <remarks>
    /// It is no <see cref="DelegatingHandler"/> on purpose: Grpc.Net.Client resolves names itself as soon as it finds a <see cref="SocketsHttpHandler"/> at the end of a chain of those.
    /// Cookies and redirects are left to the caller.
    /// </remarks>
    HttpMessageHandler CreateHandler();
}
