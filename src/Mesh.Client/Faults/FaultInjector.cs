using Mesh.Client.Model;

namespace Mesh.Client.Faults;

/// <summary>Draws which faults a request gets, delay and abort each for itself, and counts those that are held (gRFC A33, Envoy's fault filter).</summary>
internal sealed class FaultInjector(Random random)
{
    /// <summary>Envoy gives an abort by gRPC status this HTTP status.</summary>
    private const int Ok = 200;

    // Of this process, for all routes, as gRFC A33 has it.
    private int _active;

    /// <summary>Requests that are being held.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <param name="policy">What is configured.</param>
    /// <param name="request">What the request asks for; looked at only where the policy leaves it to the request.</param>
    public FaultDecision Decide(FaultPolicy policy, in FaultRequest request)
    {
        var delay = policy.Delay is { } held ? Delay(held, request) : TimeSpan.Zero;
        if (delay > TimeSpan.Zero && !TryEnter(policy.MaxActiveFaults))
        {
            delay = TimeSpan.Zero;
        }

        if (policy.Abort is not { } abort || !IsDrawn(abort.Share, IsLeftToRequest(abort) ? request.AbortShare : null))
        {
            return new FaultDecision(delay, 0, null);
        }

        var (http, grpc) = IsLeftToRequest(abort) ? (request.HttpStatus, request.GrpcStatus) : (abort.HttpStatus, abort.GrpcStatus);
        if ((http ?? grpc) is null || (delay == TimeSpan.Zero && Active >= (policy.MaxActiveFaults ?? int.MaxValue)))
        {
            return new FaultDecision(delay, 0, null);
        }

        return http is { } status ? new FaultDecision(delay, status, null) : new FaultDecision(delay, Ok, grpc);
    }

    /// <summary>A request that was to be held goes on.</summary>
    public void Leave() => Interlocked.Decrement(ref _active);

    private TimeSpan Delay(FaultDelay delay, in FaultRequest request)
    {
        var duration = delay.Duration ?? request.Delay ?? TimeSpan.Zero;
        return duration > TimeSpan.Zero && IsDrawn(delay.Share, delay.Duration is null ? request.DelayShare : null) ? duration : TimeSpan.Zero;
    }

    /// <param name="share">What is configured; the most that a request can have.</param>
    /// <param name="asked">The numerator that the request asks for.</param>
    private bool IsDrawn(FaultShare share, uint? asked)
    {
        var numerator = asked < share.Numerator ? asked.Value : share.Numerator;
        return numerator >= share.Denominator || (numerator > 0 && random.NextInt64(share.Denominator) < numerator);
    }

    private bool TryEnter(uint? limit)
    {
        if (Interlocked.Increment(ref _active) <= (limit ?? int.MaxValue))
        {
            return true;
        }

        Leave();
        return false;
    }

    private static bool IsLeftToRequest(FaultAbort abort) => abort.HttpStatus is null && abort.GrpcStatus is null;
}
