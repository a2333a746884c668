using System.Net.Http.Headers;

namespace Mesh.Client.Propagation;

/// <summary>Keeps one owner for the retries of a request across hops: the layer that is nearest to the failure and may retry.</summary>
/// <remarks>
/// Once it has given up it says so to its caller, which then passes the failure on instead of repeating the whole tree of calls
/// (Google SRE, "Handling Overload": "overloaded; don't retry"). Envoy says the same of its own overload with <c>x-envoy-overloaded</c>.
/// </remarks>
internal static class RetryOwnership
{
    /// <summary>On a failing response: the calls behind it have been retried as often as they may be.</summary>
    public const string ExhaustedHeader = "x-mesh-retries-exhausted";

    private const string OverloadedHeader = "x-envoy-overloaded";

    /// <summary>Whether a failing response says that it must not be retried. Only asked of responses that would be.</summary>
    public static bool IsExhausted(HttpResponseMessage response) =>
        IsMarked(response.Headers) || IsMarked(response.TrailingHeaders);

    /// <summary>
    /// The call has failed for good and an owner of its retries was found, here or behind it: the answer to the request being served says so if it fails too.
    /// Not for failures in which nothing was attempted (no endpoint, no route): a caller's retry costs nobody anything then, and may find a healthier instance.
    /// </summary>
    /// <param name="context">Of the request being served; null outside of one.</param>
    public static void GiveUp(CallContext? context)
    {
        if (context is not null)
        {
            context.RetriesExhausted = true;
        }
    }

    private static bool IsMarked(HttpResponseHeaders headers) =>
        headers.NonValidated.Contains(ExhaustedHeader) || headers.NonValidated.Contains(OverloadedHeader);
}
