using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Redirects;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: one try at one endpoint, under the deadline of the whole call.</summary>
internal sealed class AttemptHandler(DeadlinePool deadlines)
{
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        OutboundCluster cluster,
        TimeSpan? timeout,
        RedirectFollower? redirects,
        CancellationToken cancellationToken)
    {
        if (cluster.Enter() is not { } endpoint)
        {
            return LocalReply.Create(request, LocalFailure.NoHealthyUpstream(cluster.Cluster.Reason));
        }

        var deadline = timeout is { } limit ? deadlines.Start(limit, cancellationToken) : null;
        HttpResponseMessage response;
        try
        {
            response = await endpoint.Pool.SendAsync(request, deadline?.Token ?? cancellationToken).ConfigureAwait(false);
            response = ResponseTracking.Attach(response, endpoint, deadline);
        }
        catch (Exception exception)
        {
            var failure = AttemptFailure.Classify(exception, deadline, cancellationToken);
            deadline?.Dispose();
            endpoint.Leave();
            endpoint.Pool.Leave();
            if (failure is null)
            {
                throw;
            }

            return LocalReply.Create(request, failure);
        }

        // Here, and not around the pipeline: a hop of its own would cost every request more than all of routing.
        return redirects is not null && RedirectRules.IsRedirect(response.StatusCode)
            ? await redirects.FollowAsync(response, request, cancellationToken).ConfigureAwait(false)
            : response;
    }
}
