using Mesh.Client.LoadBalancing;
using Mesh.Client.Pipeline.Redirects;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: the attempts of a call, each at one endpoint, under the deadline of the whole call.</summary>
internal sealed class AttemptHandler(DeadlinePool deadlines)
{
    public async Task<HttpResponseMessage> SendAsync(OutboundCall call)
    {
        if (call.Cluster.Enter(new PickContext(call.Hash)) is not { } endpoint)
        {
            return LocalReply.Create(call.Request, LocalFailure.NoHealthyUpstream(call.Cluster.Cluster.Reason));
        }

        var deadline = CallDeadline.Start(deadlines, call, call.Route.Timeout);
        if (deadline is { IsTimed: true })
        {
            deadline.Written = DeadlineHeaders.Write(call.WireRequest, deadline.Remaining);
        }

        HttpResponseMessage response;
        try
        {
            response = await endpoint.Pool.SendAsync(call.WireRequest, deadline?.Token ?? call.CallerToken).ConfigureAwait(false);
            DeadlineHeaders.Withdraw(call.WireRequest, deadline?.Written ?? default);
            response = ResponseTracking.Attach(response, endpoint, deadline);
        }
        catch (Exception exception)
        {
            DeadlineHeaders.Withdraw(call.WireRequest, deadline?.Written ?? default);
            var failure = AttemptFailure.Classify(exception, deadline, call.CallerToken);
            deadline?.Dispose();
            endpoint.Leave();
            endpoint.Pool.Leave();
            if (failure is null)
            {
                throw;
            }

            return LocalReply.Create(call.Request, failure);
        }

        // Here, and not around the pipeline: a hop of its own would cost every request more than all of routing.
        return call.Client.Redirects is { } redirects && RedirectRules.IsRedirect(response.StatusCode)
            ? await redirects.FollowAsync(response, call.Request, call.CallerToken).ConfigureAwait(false)
            : response;
    }
}
