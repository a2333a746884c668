namespace Mesh.Client.Model;

/// <summary>Reads the comma-separated names of <c>retry_on</c>.</summary>
internal static class RetryConditionNames
{
    /// <summary>The named conditions; names that are not known say nothing, as in Envoy (the control plane refuses them at admission).</summary>
    public static RetryConditions Parse(ReadOnlySpan<char> names)
    {
        var conditions = RetryConditions.None;
        foreach (var range in names.Split(','))
        {
            conditions |= ParseOne(names[range].Trim());
        }

        return conditions;
    }

    private static RetryConditions ParseOne(ReadOnlySpan<char> name) => name switch
    {
        "5xx" => RetryConditions.ServerError,
        "gateway-error" => RetryConditions.GatewayError,
        "reset" => RetryConditions.Reset,
        "reset-before-request" => RetryConditions.ResetBeforeRequest,
        "connect-failure" => RetryConditions.ConnectFailure,
        "envoy-ratelimited" => RetryConditions.RateLimited,
        "retriable-4xx" => RetryConditions.Retriable4xx,
        "refused-stream" => RetryConditions.RefusedStream,
        "retriable-status-codes" => RetryConditions.StatusCodes,
        "retriable-headers" => RetryConditions.Headers,
        "http3-post-connect-failure" => RetryConditions.Http3PostConnectFailure,
        "cancelled" => RetryConditions.Cancelled,
        "deadline-exceeded" => RetryConditions.DeadlineExceeded,
        "internal" => RetryConditions.Internal,
        "resource-exhausted" => RetryConditions.ResourceExhausted,
        "unavailable" => RetryConditions.Unavailable,
        _ => RetryConditions.None,
    };
}
