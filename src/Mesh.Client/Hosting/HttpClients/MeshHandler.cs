using Mesh.Client.Pipeline;

namespace Mesh.Client.Hosting.HttpClients;

/// <summary>The end of an HTTP client's handler chain: what the mesh knows goes through it, the rest through the handler that was there before.</summary>
internal sealed class MeshHandler(OutboundPipeline pipeline, HttpMessageInvoker passthrough) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        pipeline.SendAsync(request, passthrough, cancellationToken);

    // HttpClient's synchronous methods are for code that cannot wait otherwise; that it holds a thread is in their contract.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        pipeline.SendAsync(request, passthrough, cancellationToken).GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            passthrough.Dispose();
        }

        base.Dispose(disposing);
    }
}
