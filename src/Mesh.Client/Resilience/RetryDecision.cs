using Mesh.Client.Model;

namespace Mesh.Client.Resilience;

/// <summary>Tells from what an attempt came to whether the policy wants it repeated, and whether that can do harm. Pure.</summary>
internal static class RetryDecision
{
    private const RetryConditions NoResponse = RetryConditions.ServerError | RetryConditions.GatewayError | RetryConditions.Reset;

    /// <summary>Whether one of the policy's conditions holds (Envoy's RetryStateImpl; gRFC A44 for gRPC).</summary>
    public static bool Wants(RetryPolicy policy, in AttemptOutcome outcome, RetrySignals signals) =>
        outcome.LocalOrigin is LocalOrigin.None
            ? WantsAfterResponse(policy, outcome, signals)
            : WantsAfterFailure(policy.Conditions, outcome.LocalOrigin, signals);

    /// <summary>Whether the failure proves that no application has processed the request, so that repeating it is safe whatever it does.</summary>
    public static bool IsUnprocessed(in AttemptOutcome outcome, RetrySignals signals) => outcome.LocalOrigin switch
    {
        LocalOrigin.ConnectFailure or LocalOrigin.ConnectTimeout or LocalOrigin.RefusedStream => true,

        // 421: the server does not answer for this host (RFC 9110 15.5.20). 425: it does not risk processing it (RFC 8470 5.2).
        LocalOrigin.None => outcome.HttpStatus is 421 or 425 || signals.HasFlag(RetrySignals.IsRateLimited),
        _ => false,
    };

    /// <summary>Whether gRPC's own rule lets the call be repeated, whatever its method does: its status is among the policy's (gRFC A6).</summary>
    public static bool WantsByGrpcStatus(RetryPolicy policy, in AttemptOutcome outcome, RetrySignals signals) =>
        signals.HasFlag(RetrySignals.IsGrpc) && Names(policy.Conditions, GrpcStatusOf(outcome));

    private static bool WantsAfterResponse(RetryPolicy policy, in AttemptOutcome outcome, RetrySignals signals)
    {
        var conditions = policy.Conditions;
        if (signals.HasFlag(RetrySignals.IsRateLimited))
        {
            return conditions.HasFlag(RetryConditions.RateLimited);
        }

        var status = outcome.HttpStatus;
        return (conditions.HasFlag(RetryConditions.ServerError) && status is >= 500 and <= 599)
            || (conditions.HasFlag(RetryConditions.GatewayError) && status is 502 or 503 or 504)
            || (conditions.HasFlag(RetryConditions.Retriable4xx) && status is 409)
            || (conditions.HasFlag(RetryConditions.StatusCodes) && policy.StatusCodes.Contains(status))
            || (conditions.HasFlag(RetryConditions.Headers) && signals.HasFlag(RetrySignals.HasRetriableHeader))
            || Names(conditions, signals.HasFlag(RetrySignals.IsGrpc) ? GrpcStatusOf(outcome) : outcome.GrpcStatus);
    }

    private static bool WantsAfterFailure(RetryConditions conditions, LocalOrigin origin, RetrySignals signals)
    {
        var wanting = origin switch
        {
            LocalOrigin.ConnectFailure or LocalOrigin.ConnectTimeout =>
                NoResponse | RetryConditions.ConnectFailure | RetryConditions.ResetBeforeRequest,
            LocalOrigin.RefusedStream => NoResponse | RetryConditions.RefusedStream,
            LocalOrigin.Reset or LocalOrigin.ProtocolError or LocalOrigin.AttemptTimeout => NoResponse,

            // Envoy never repeats what a limit of its own refused; the others end the whole call.
            _ => RetryConditions.None,
        };
        return (conditions & wanting) != 0
            || (wanting != 0 && signals.HasFlag(RetrySignals.IsGrpc) && Names(conditions, StatusOf(origin)));
    }

    private static int GrpcStatusOf(in AttemptOutcome outcome) => outcome switch
    {
        { LocalOrigin: not LocalOrigin.None } => StatusOf(outcome.LocalOrigin),
        { GrpcStatus: >= 0 } => outcome.GrpcStatus,
        _ => StatusOfHttp(outcome.HttpStatus),
    };

    private static int StatusOf(LocalOrigin origin) => origin is LocalOrigin.AttemptTimeout or LocalOrigin.DeadlineExceeded ? 4 : 14;

    /// <summary>grpc/doc/http-grpc-status-mapping.md; 200 without a status is no failure yet.</summary>
    private static int StatusOfHttp(int status) => status switch
    {
        200 => AttemptOutcome.NoGrpcStatus,
        400 => 13,
        401 => 16,
        403 => 7,
        404 => 12,
        429 or 502 or 503 or 504 => 14,
        _ => 2,
    };

    private static bool Names(RetryConditions conditions, int grpcStatus) => grpcStatus switch
    {
        1 => conditions.HasFlag(RetryConditions.Cancelled),
        4 => conditions.HasFlag(RetryConditions.DeadlineExceeded),
        8 => conditions.HasFlag(RetryConditions.ResourceExhausted),
        13 => conditions.HasFlag(RetryConditions.Internal),
        14 => conditions.HasFlag(RetryConditions.Unavailable),
        _ => false,
    };
}
