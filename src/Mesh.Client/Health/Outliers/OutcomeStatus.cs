using Mesh.Client.Model;

namespace Mesh.Client.Health.Outliers;

/// <summary>The HTTP status that an outcome counts as.</summary>
internal static class OutcomeStatus
{
    /// <summary>The outcome says nothing of the endpoint.</summary>
    public const int None = 0;

    /// <summary>Failures of this side become the statuses that Envoy's router reports for them.</summary>
    public static int Of(in AttemptOutcome outcome) => outcome.LocalOrigin switch
    {
        LocalOrigin.None when outcome.GrpcStatus != AttemptOutcome.NoGrpcStatus => OfGrpc(outcome.GrpcStatus),
        // A raw connection that opened has no status; Envoy counts it as 200.
        LocalOrigin.None => outcome.HttpStatus == 0 ? 200 : outcome.HttpStatus,
        LocalOrigin.CallerGone or LocalOrigin.Overflow => None,
        LocalOrigin.AttemptTimeout or LocalOrigin.DeadlineExceeded => 504,
        _ => 503,
    };

    /// <summary>Envoy's <c>Grpc::Utility::grpcToHttpStatus</c>.</summary>
    private static int OfGrpc(int status) => status switch
    {
        0 => 200, // OK
        1 => 499, // CANCELLED
        3 or 9 or 11 => 400, // INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE
        4 => 504, // DEADLINE_EXCEEDED
        5 => 404, // NOT_FOUND
        6 or 10 => 409, // ALREADY_EXISTS, ABORTED
        7 => 403, // PERMISSION_DENIED
        8 => 429, // RESOURCE_EXHAUSTED
        12 => 501, // UNIMPLEMENTED
        14 => 503, // UNAVAILABLE
        16 => 401, // UNAUTHENTICATED
        _ => 500, // UNKNOWN, INTERNAL, DATA_LOSS, and what no standard names
    };
}
