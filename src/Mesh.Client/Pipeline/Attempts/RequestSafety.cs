using Mesh.Client.Model;
using Mesh.Client.Resilience;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Tells whether a failed request may be sent again at all, whatever the policy wants.</summary>
internal static class RequestSafety
{
    private const string IdempotencyKey = "Idempotency-Key";

    /// <summary>
    /// A request that could do something twice is sent again only when the failure proves that it was not processed (RFC 9110 9.2.2).
    /// gRPC calls, POST by nature, follow gRPC's rule: a status of the policy allows it (gRFC A6).
    /// </summary>
    public static bool Allows(HttpRequestMessage request, RetryPolicy policy, in AttemptOutcome outcome, RetrySignals signals) =>
        RetryDecision.IsUnprocessed(outcome, signals)
        || (signals.HasFlag(RetrySignals.IsGrpc) ? RetryDecision.WantsByGrpcStatus(policy, outcome, signals) : IsIdempotent(request));

    /// <summary>By its method, or because it carries a key by which the server knows it again (draft-ietf-httpapi-idempotency-key-header).</summary>
    public static bool IsIdempotent(HttpRequestMessage request)
    {
        var method = request.Method;
        return method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete
            || method == HttpMethod.Options || method == HttpMethod.Trace
            || request.Headers.NonValidated.Contains(IdempotencyKey);
    }
}
