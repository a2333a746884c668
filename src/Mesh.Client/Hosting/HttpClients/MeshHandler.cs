using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Redirects;

namespace Mesh.Client.Hosting.HttpClients;

/// <summary>The end of an HTTP client's handler chain: what the mesh knows goes through it, the rest through the handler that was there before.</summary>
internal sealed class MeshHandler(OutboundPipeline pipeline, HttpMessageInvoker passthrough, int redirects) : HttpMessageHandler
{
    private readonly OutboundClient _client =
        new(passthrough, redirects > 0 ? new RedirectFollower(pipeline, passthrough, redirects) : null);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        pipeline.SendAsync(request, _client, cancellationToken);

    // HttpClient's synchronous methods are for code that cannot wait otherwise; that it holds a thread is in their contract.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            passthrough.Dispose();
        }

        base.Dispose(disposing);
    }
}
