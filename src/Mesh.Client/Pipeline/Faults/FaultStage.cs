using System.Net;
using Mesh.Client.Faults;
using Mesh.Client.Pipeline.Responses;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Pipeline.Faults;

/// <summary>Stage: faults that are injected into a request before anything else is done with it.</summary>
/// <param name="injector">Draws them.</param>
/// <param name="allowHeaders">Whether every request may ask for faults by <c>x-envoy-fault-*</c>; off but for tests.</param>
/// <param name="time">The clock of delays.</param>
internal sealed class FaultStage(FaultInjector injector, bool allowHeaders, TimeProvider time)
{
    /// <summary>Timers end at 49 days; nobody waits that long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The faults of this request; mostly none.</summary>
    public FaultDecision Decide(OutboundCall call)
    {
        if (call.Target.Fault is not { } fault)
        {
            return allowHeaders ? DecideAsAsked(call) : default;
        }

        if (!fault.AppliesTo(call))
        {
            return default;
        }

        return allowHeaders
            ? DecideAsAsked(call)
            : injector.Decide(fault.Policy, fault.ReadsRequest ? FaultHeaders.Read(call.Request) : default);
    }

    /// <summary>Holds the request; ends early when the caller gives up, or the request that it is made for has no time left.</summary>
    public async Task HoldAsync(OutboundCall call, FaultDecision decision)
    {
        call.Delay();
        var gone = call.Context?.CallerGone ?? CancellationToken.None;
        using var callers = gone.CanBeCanceled && gone != call.CallerToken ? CancellationTokenSource.CreateLinkedTokenSource(call.CallerToken, gone) : null;
        try
        {
            await Task.Delay(Limit(decision.Delay, call.Context?.Remaining), time, callers?.Token ?? call.CallerToken).ConfigureAwait(false);
        }
        finally
        {
            injector.Leave();
        }
    }

    public static HttpResponseMessage Abort(OutboundCall call, FaultDecision decision)
    {
        var status = (HttpStatusCode)decision.HttpStatus;
        return LocalReply.Create(call, LocalFailure.FaultAbort(status, decision.GrpcStatus ?? (int)GrpcStatusMapping.FromHttpStatus(status)));
    }

    private static TimeSpan Limit(TimeSpan delay, TimeSpan? remaining)
    {
        var limit = remaining is { } left && left < Longest ? left : Longest;
        return delay < limit ? delay : limit > TimeSpan.Zero ? limit : TimeSpan.Zero;
    }

    private FaultDecision DecideAsAsked(OutboundCall call)
    {
        var asked = FaultHeaders.Read(call.Request);
        return injector.Decide(FaultHeaders.Override(call.Target.Fault?.Policy, asked), asked);
    }
}
