using System.Runtime.ExceptionServices;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Redirects;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: the attempts of a call, each at one endpoint, under the deadline of the whole call.</summary>
internal sealed class AttemptHandler(DeadlinePool deadlines, RetryTools tools)
{
    /// <remarks>The one asynchronous method of a call, redirects and tracking included: a hop of its own would cost every request more than all of routing.</remarks>
    public async Task<HttpResponseMessage> SendAsync(OutboundCall call)
    {
        BeginCall(call);
        while (true)
        {
            if (BeginAttempt(call) is { } refusal)
            {
                return Fail(call, refusal);
            }

            HttpResponseMessage? response = null;
            Exception? exception = null;
            try
            {
                response = await call.Endpoint.Pool.SendAsync(call.WireRequest, call.Token).ConfigureAwait(false);
            }
            catch (Exception thrown)
            {
                exception = thrown;
            }

            response = response is null ? EndAttempt(call, exception!) : EndAttempt(call, response);
            if (response is null)
            {
                // The policy wants another attempt.
                await BackOffAsync(call).ConfigureAwait(false);
                continue;
            }

            return call.Client.Redirects is { } redirects && RedirectRules.IsRedirect(response.StatusCode)
                ? await redirects.FollowAsync(response, call.Request, call.CallerToken).ConfigureAwait(false)
                : response;
        }
    }

    private void BeginCall(OutboundCall call)
    {
        call.Deadline = CallDeadline.Start(deadlines, call, call.Timeout);
        call.IsGrpc = GrpcRequest.Is(call.Request);
        if (call.Retry is null)
        {
            return;
        }

        call.Cluster.Retries.CountRequest();
        if (!ReplayableBody.Is(call.WireRequest.Content))
        {
            call.Replay = new ReplayContent(call.WireRequest.Content!, tools.ReplayLimit);
            call.WireRequest.Content = call.Replay;
        }
    }

    /// <summary>Why there is no attempt: the cluster takes no more requests now, or none of its endpoints takes any; null when it began.</summary>
    private LocalFailure? BeginAttempt(OutboundCall call)
    {
        if (!call.Cluster.Limits.TryEnter())
        {
            return LocalFailure.Overflow;
        }

        if (call.Cluster.Enter(new PickContext(call.Hash, call.Retries?.Previous, null, call.Retries?.AvoidsPreviousPriorities ?? false)) is not { } endpoint)
        {
            call.Cluster.Limits.Leave();
            return LocalFailure.NoHealthyUpstream(call.Cluster.Cluster.Reason);
        }

        call.Endpoint = endpoint;
        if (call.Route.HostFromEndpoint)
        {
            HostRewriter.Aim(call, endpoint.Address);
        }

        call.AttemptDeadline = call.Retry?.AttemptTimeout is { } limit ? deadlines.Start(limit, call.Deadline?.Token ?? call.CallerToken) : null;
        AttemptHeaders.Write(call);
        if (call.LimitToTell is { } told)
        {
            told.Written = DeadlineHeaders.Write(call.WireRequest, told.Remaining, call.AttemptDeadline?.Remaining);
        }

        call.AttemptStart = tools.Time.GetTimestamp();
        return null;
    }

    /// <summary>Null when there is to be another attempt.</summary>
    private HttpResponseMessage? EndAttempt(OutboundCall call, HttpResponseMessage response)
    {
        var outcome = new AttemptOutcome(
            (int)response.StatusCode,
            call.IsGrpc ? GrpcStatus.Read(response.Headers) : AttemptOutcome.NoGrpcStatus,
            LocalOrigin.None,
            tools.Time.GetElapsedTime(call.AttemptStart));
        call.EndAttempt();
        if (MayBeRepeated(call, outcome) && TryNext(call, outcome, response))
        {
            call.Endpoint.Report(outcome);
            OutboundCluster.Leave(call.Endpoint);

            // The connection reads a short rest of it, and closes otherwise (SocketsHttpHandler.MaxResponseDrainSize).
            response.Dispose();
            return null;
        }

        call.End(succeeded: outcome is { HttpStatus: < 500, GrpcStatus: <= 0 });
        return ResponseEdits.Apply(call, ResponseTracking.Attach(response, call, outcome));
    }

    /// <summary>Null when there is to be another attempt.</summary>
    private HttpResponseMessage? EndAttempt(OutboundCall call, Exception exception)
    {
        var origin = AttemptFailure.Classify(exception, call.AttemptDeadline, call.Deadline, call.CallerToken);
        var outcome = new AttemptOutcome(0, AttemptOutcome.NoGrpcStatus, origin ?? LocalOrigin.CallerGone, tools.Time.GetElapsedTime(call.AttemptStart));
        call.EndAttempt();
        call.Endpoint.Report(outcome);
        OutboundCluster.Leave(call.Endpoint);
        if (origin is null)
        {
            Fail(call);
            ExceptionDispatchInfo.Throw(exception);
        }

        return call.Retry is not null && TryNext(call, outcome, null)
            ? null
            : Fail(call, AttemptFailure.Answer(origin.Value, exception, call.Retries?.IsLimitReached == true));
    }

    private static bool MayBeRepeated(OutboundCall call, in AttemptOutcome outcome) =>
        call.Retry is not null && (outcome is not { HttpStatus: < 400, GrpcStatus: <= 0 } || call.Route.RetryHeaders!.LooksAtEveryResponse);

    private bool TryNext(OutboundCall call, in AttemptOutcome outcome, HttpResponseMessage? response)
    {
        call.Retries ??= new CallRetries(call, call.Retry!, tools);
        return call.Retries.TryNext(outcome, response);
    }

    private async Task BackOffAsync(OutboundCall call)
    {
        try
        {
            await Task.Delay(call.Retries!.Delay, tools.Time, call.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (call.Deadline?.IsExpired == true)
        {
            // The next attempt ends at once, with the answer for it.
        }
        catch (OperationCanceledException)
        {
            Fail(call);
            throw;
        }
    }

    private static HttpResponseMessage Fail(OutboundCall call, LocalFailure failure)
    {
        Fail(call);
        return LocalReply.Create(call, failure);
    }

    private static void Fail(OutboundCall call)
    {
        call.End(succeeded: false);
        call.Deadline?.Dispose();
    }
}
