using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Redirects;

namespace Mesh.Client.Hosting.HttpClients;

/// <summary>Makes handlers over the process's one pipeline and one handler for what is not in the mesh.</summary>
internal sealed class MeshHandlerFactory(OutboundPipeline pipeline) : IMeshHandlerFactory, IDisposable
{
    private readonly SocketsHttpHandler _plain = new()
    {
        EnableMultipleHttp2Connections = true,
        // Names outside the mesh move: look them up again now and then.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    public HttpMessageHandler CreateHandler() => new MeshHandler(pipeline, new HttpMessageInvoker(_plain, disposeHandler: false), redirects: 0);

    /// <summary>Keeps the client's own primary handler for what is not in the mesh, and follows redirects in the mesh if that one does outside.</summary>
    public HttpMessageHandler CreateHandler(HttpMessageHandler primary) =>
        new MeshHandler(pipeline, new HttpMessageInvoker(primary), RedirectFollower.ReadLimit(primary));

    public void Dispose() => _plain.Dispose();
}
