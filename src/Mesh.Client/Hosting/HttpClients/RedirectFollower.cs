using Mesh.Client.Pipeline;

namespace Mesh.Client.Hosting.HttpClients;

/// <summary>Follows the redirects of mesh destinations for a client whose own handler would have followed them; each goes through the mesh again.</summary>
internal sealed class RedirectFollower(OutboundPipeline pipeline, HttpMessageInvoker passthrough, int limit)
{
    /// <summary>How many redirects a client with this primary handler follows; none when nothing is known of it.</summary>
    public static int ReadLimit(HttpMessageHandler primary)
    {
        while (primary is DelegatingHandler { InnerHandler: { } inner })
        {
            primary = inner;
        }

        return primary switch
        {
            SocketsHttpHandler { AllowAutoRedirect: true } sockets => sockets.MaxAutomaticRedirections,
            HttpClientHandler { AllowAutoRedirect: true } client => client.MaxAutomaticRedirections,
            _ => 0,
        };
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri;
        var sending = pipeline.SendAsync(request, passthrough, cancellationToken);
        return sending.IsCompletedSuccessfully && !RedirectRules.IsRedirect(sending.Result.StatusCode)
            ? sending
            : FinishAsync(sending, request, uri, cancellationToken);
    }

    // Apart from the loop, because every request pays for what it holds while it waits.
    private async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> sending, HttpRequestMessage request, Uri? uri, CancellationToken cancellationToken)
    {
        var response = await sending.ConfigureAwait(false);
        return RedirectRules.IsRedirect(response.StatusCode)
            ? await FollowAsync(response, request, uri, cancellationToken).ConfigureAwait(false)
            : response;
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response, HttpRequestMessage request, Uri? uri, CancellationToken cancellationToken)
    {
        // Another URI than the one that was sent: the application's own handler has followed, and stopped where it wanted to.
        for (var followed = 0; followed < limit && ReferenceEquals(uri, request.RequestUri) && RedirectRules.Apply(request, response); followed++)
        {
            response.Dispose();

            // What the mesh added is for the mesh only; should this go there, it is added again.
            HeaderPropagation.Withdraw(request);
            uri = request.RequestUri;
            response = await pipeline.SendAsync(request, passthrough, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }
}
