namespace Mesh.Client.Pipeline.Redirects;

/// <summary>Follows the redirects of mesh destinations for a client whose own handler would have followed them; each goes through the mesh again.</summary>
internal sealed class RedirectFollower(OutboundPipeline pipeline, HttpMessageInvoker passthrough, int limit)
{
    // One step: the loop is here.
    private readonly OutboundClient _once = new(passthrough, Redirects: null);

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

    /// <summary>Goes on from a response that <see cref="RedirectRules.IsRedirect"/>; called inside the attempt, so that other responses pay no hop for it.</summary>
    public async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri;

        // Another URI than the one that was sent: the application's own handler has followed, and stopped where it wanted to.
        for (var followed = 0; followed < limit && ReferenceEquals(uri, request.RequestUri) && RedirectRules.Apply(request, response); followed++)
        {
            response.Dispose();

            // What the mesh added is for the mesh only; should this go there, it is added again.
            HeaderPropagation.Withdraw(request);
            uri = request.RequestUri;
            response = await pipeline.SendAsync(request, _once, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }
}
