using System.Runtime.ExceptionServices;
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
        var response = BeginCall(call);
        while (response is null)
        {
            response = BeginAttempt(call);
            if (response is not null)
            {
                return response;
            }

            Exception? exception = null;
            try
            {
                response = await call.Endpoint.Pool.SendAsync(call.WireRequest, call.Token).ConfigureAwait(false);
                call.BodyEnd = BodyEnds.Of(response, call);
                if (call.BodyEnd is BodyEnd.Near)
                {
                    await BodyEnds.ReadAsync(response, call).ConfigureAwait(false);
                }
            }
            catch (Exception thrown)
            {
                (response, exception) = (null, thrown);
            }

            response = response is null ? EndAttempt(call, exception!) : EndAttempt(call, response);
            if (response is null)
            {
                // The policy wants another attempt.
                await BackOffAsync(call).ConfigureAwait(false);
            }
        }

        return call.Client.Redirects is { } redirects && RedirectRules.IsRedirect(response.StatusCode)
            ? await redirects.FollowAsync(response, call.Request, call.CallerToken).ConfigureAwait(false)
            : response;
    }

    /// <summary>Lets the body of a call be sent twice, when it is not one that can be by itself.</summary>
    public void KeepBody(OutboundCall call)
    {
        if (!ReplayableBody.Is(call.WireRequest.Content))
        {
            var replay = new ReplayContent(call.WireRequest.Content!, tools.ReplayLimit);
            call.MakeUnusual().Replay = replay;
            call.WireRequest.Content = replay;
        }
    }

    /// <summary>Null when the call may be sent; else the answer to it.</summary>
    private HttpResponseMessage? BeginCall(OutboundCall call)
    {
        if (call.Unusual is { IsPartOfHedge: true })
        {
            // The hedged call has counted itself.
        }
        else if (RepeatedCall.Find(call, tools.Time) is { } failed)
        {
            if (failed.IsFinal || !call.Cluster.Retries.TryTake(call.Cluster.CountActive(), out var slot))
            {
                return Fail(call, RepeatedCall.Refuse(failed));
            }

            call.Retries = CallRetries.OfRepetition(call, tools, slot);
        }
        else
        {
            call.Cluster.Retries.CountRequest();
        }

        call.Deadline = CallDeadline.Start(deadlines, call, call.Timeout);
        if (call.Retry is not null)
        {
            KeepBody(call);
        }

        return null;
    }

    /// <summary>Null when it began; else the answer: the cluster takes no more requests now, or none of its endpoints takes any.</summary>
    private HttpResponseMessage? BeginAttempt(OutboundCall call)
    {
        if (!call.Cluster.Limits.TryEnter())
        {
            return Fail(call, LocalFailure.Overflow);
        }

        if (call.Cluster.Enter(call.ToPickContext()) is not { } endpoint)
        {
            call.Cluster.Limits.Leave();
            return Fail(call, LocalFailure.NoHealthyUpstream(call.Cluster.Cluster.Reason));
        }

        call.Endpoint = endpoint;
        if (call.Route.HostFromEndpoint)
        {
            HostRewriter.Aim(call, endpoint.Address);
        }

        AttemptHeaders.Write(call);
        call.Record?.BeginAttempt();
        call.AttemptStart = tools.Time.GetTimestamp();
        LimitAttempt(call);
        return null;
    }

    /// <summary>Starts the time of the attempt, and tells the callee what it has.</summary>
    private void LimitAttempt(OutboundCall call)
    {
        var limit = call.Retry?.TimeToHeaders;
        if (limit is not null)
        {
            call.Deadline ??= deadlines.StartForAttempt(call.CallerToken);
        }

        if (call.Deadline is { } deadline)
        {
            deadline.BeginAttempt(call.AttemptStart, limit);
            deadline.Written = DeadlineHeaders.Write(call.WireRequest, deadline.RemainingOfAttempt(call.AttemptStart));
        }
    }

    /// <summary>Null when there is to be another attempt.</summary>
    private HttpResponseMessage? EndAttempt(OutboundCall call, HttpResponseMessage response)
    {
        var now = tools.Time.GetTimestamp();
        var outcome = new AttemptOutcome(
            (int)response.StatusCode,
            call.IsGrpc ? GrpcStatus.Read(response.Headers) : AttemptOutcome.NoGrpcStatus,
            LocalOrigin.None,
            tools.Time.GetElapsedTime(call.AttemptStart, now));
        call.EndAttempt(now);
        if (MayBeRepeated(call, outcome) && TryNext(call, outcome, response))
        {
            call.Endpoint.Report(outcome);
            OutboundCluster.Leave(call.Endpoint);
            call.Record?.EndAttempt(outcome, isRepeated: true);

            // The connection reads a short rest of it, and closes otherwise (SocketsHttpHandler.MaxResponseDrainSize).
            response.Dispose();
            return null;
        }

        var isFailure = outcome is { HttpStatus: >= 500 } or { GrpcStatus: > 0 };
        if (isFailure)
        {
            RepeatedCall.Remember(call, outcome, response, tools.Time);
        }
        else if (call.Retries is { IsRepetition: true })
        {
            RepeatedCall.Forget(call);
        }

        call.Record?.EndAttempt(outcome, isRepeated: false);
        call.End(succeeded: !isFailure);
        call.Route.Affinity?.End(call, call.Endpoint, response);
        return ResponseEdits.Apply(call, ResponseTracking.Attach(response, call, outcome));
    }

    /// <summary>Null when there is to be another attempt.</summary>
    private HttpResponseMessage? EndAttempt(OutboundCall call, Exception exception)
    {
        var now = tools.Time.GetTimestamp();
        var origin = AttemptFailure.Classify(exception, call.Deadline, call.CallerToken);
        var outcome = new AttemptOutcome(0, AttemptOutcome.NoGrpcStatus, origin ?? LocalOrigin.CallerGone, tools.Time.GetElapsedTime(call.AttemptStart, now));
        call.EndAttempt(now);
        call.Endpoint.Report(outcome);
        OutboundCluster.Leave(call.Endpoint);
        var isRepeated = origin is not null && call.Retry is not null && TryNext(call, outcome, null);
        call.Record?.EndAttempt(outcome, isRepeated);
        if (isRepeated)
        {
            return null;
        }

        if (origin is null)
        {
            Fail(call);
            call.Record?.End(exception);
            ExceptionDispatchInfo.Throw(exception);
        }

        RepeatedCall.Remember(call, outcome, null, tools.Time);
        return Fail(call, AttemptFailure.Answer(origin.Value, exception, call.Retries?.IsLimitReached == true));
    }

    private static bool MayBeRepeated(OutboundCall call, in AttemptOutcome outcome) =>
        call.Retry is not null && (outcome is not { HttpStatus: < 400, GrpcStatus: <= 0 } || call.RetryHeaders.LooksAtEveryResponse);

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
        catch (OperationCanceledException exception)
        {
            Fail(call);
            call.Record?.End(exception);
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
