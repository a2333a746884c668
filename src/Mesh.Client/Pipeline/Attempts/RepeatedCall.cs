using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Propagation;
using Mesh.Client.Resilience;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Recognises calls that a layer above (Polly, a resilience handler, a loop) sends again after they have failed, so that attempts do not multiply.</summary>
/// <remarks>
/// The layer above keeps its right to repeat, out of the same budget as the mesh, which then adds no retries of its own. Once a callee further on
/// has said that its retries are exhausted nothing is sent any more: whoever is nearest to the failure owns the retries.
/// </remarks>
internal static class RepeatedCall
{
    // Left on the request itself: handlers that repeat send the same message, or a copy with the same options.
    private static readonly HttpRequestOptionsKey<FailedCall> Mark = new("mesh.failed-call");

    /// <summary>The failure that this call repeats; null for a new one, and when the failure is long past.</summary>
    public static FailedCall? Find(OutboundCall call, TimeProvider time)
    {
        var failed = RequestOptions.Find(call.Request) is { } options && options.TryGetValue(Mark, out var marked) ? marked : FindInContext(call);
        return failed is not null && time.GetElapsedTime(failed.Time) < RetryBudget.Window ? failed : null;
    }

    /// <summary>The answer to a repetition that is not sent.</summary>
    public static LocalFailure Refuse(FailedCall failed) => new(
        (HttpStatusCode)failed.Status,
        failed.GrpcStatus,
        ResponseFlags.UpstreamRetryLimitExceeded,
        failed.IsFinal
            ? "the same call has failed before, and a service behind it has spent its retries: sending it again would multiply its load"
            : "the same call has failed before, and the retry budget of its destination is spent");

    /// <summary>Leaves word of a failed call for the layers above.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outcome">Of its last attempt.</param>
    /// <param name="response">Of its last attempt, if it had one.</param>
    /// <param name="time">The clock.</param>
    public static void Remember(OutboundCall call, in AttemptOutcome outcome, HttpResponseMessage? response, TimeProvider time)
    {
        if (call.Unusual is { IsPartOfHedge: true })
        {
            return;
        }

        var isFinal = response is not null && RetryOwnership.IsExhausted(response);
        var status = outcome.HttpStatus is >= 500 and <= 599 ? outcome.HttpStatus : (int)HttpStatusCode.ServiceUnavailable;
        var failed = new FailedCall(status, outcome.GrpcStatus > 0 ? outcome.GrpcStatus : LocalFailure.NoCluster.GrpcStatus, isFinal, time.GetTimestamp());
        call.Request.Options.Set(Mark, failed);
        if (call.Context is { } context)
        {
            context.Failed = failed with { Target = Target(call) };
            if (isFinal || call.Retries is { HasGivenUp: true })
            {
                RetryOwnership.GiveUp(context);
            }
        }
    }

    /// <summary>The call has succeeded.</summary>
    public static void Forget(OutboundCall call)
    {
        ((IDictionary<string, object?>)call.Request.Options).Remove(Mark.Key);
        if (call.Context is { Failed: { } failed } context && failed.Target == Target(call))
        {
            context.Failed = null;
        }
    }

    /// <summary>A new message to the same target while the same request is being served: most likely the application's own loop.</summary>
    private static FailedCall? FindInContext(OutboundCall call) =>
        call.Context?.Failed is { } failed && failed.Target == Target(call) ? failed : null;

    private static string Target(OutboundCall call) => $"{call.Request.Method} {call.Destination.Destination.Authority}{call.Request.RequestUri!.PathAndQuery}";
}
