using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Stage: settles how long a call may take and when its attempts are repeated: by its route, by Envoy's request headers, by its own options.</summary>
internal static class CallTerms
{
    public static void Settle(OutboundCall call)
    {
        call.IsGrpc = GrpcRequest.Is(call.Request);
        call.Timeout = call.Route.Timeout;
        call.Retry = call.Route.Retry;
        if (call.Route.Hedging is { } hedging)
        {
            call.MakeUnusual().Hedging = hedging;
        }

        RetryRequestHeaders.Apply(call);
        if (RequestOptions.Find(call.Request) is { } options)
        {
            Apply(call, options);
        }
    }

    private static void Apply(OutboundCall call, HttpRequestOptions options)
    {
        if (options.TryGetValue(MeshRequestOptions.Timeout, out var timeout))
        {
            call.Timeout = timeout == Timeout.InfiniteTimeSpan ? null : Checked(timeout);
        }

        if (options.TryGetValue(MeshRequestOptions.NoRetry, out var noRetry) && noRetry)
        {
            call.Retry = call.Retry is { AttemptTimeout: not null } retry ? retry with { Conditions = RetryConditions.None } : null;
            if (call.Unusual is { } unusual)
            {
                unusual.Hedging = null;
            }
        }

        if (options.TryGetValue(MeshRequestOptions.HashKey, out var key))
        {
            ArgumentException.ThrowIfNullOrEmpty(key, nameof(MeshRequestOptions.HashKey));
            call.Hash = XxHash64.Hash(key);
        }
    }

    private static TimeSpan Checked(TimeSpan timeout) =>
        timeout > TimeSpan.Zero && timeout.TotalMilliseconds < uint.MaxValue
            ? timeout
            : throw new ArgumentException($"MeshRequestOptions.Timeout is {timeout}: expected more than zero and at most 49 days, or Timeout.InfiniteTimeSpan.", nameof(timeout));
}
