using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes retry policies; what is wrong is what gRPC's clients refuse (gRFC A44) and Envoy refuses.</summary>
internal static class RetryPolicyDecoder
{
    private const string PreviousHosts = "previous_hosts";
    private const string PreviousPriorities = "previous_priorities";

    // Envoy: more than this is no interval between retries any more.
    private static readonly TimeSpan DefaultRateLimitedMax = TimeSpan.FromMinutes(5);

    /// <summary>The policy; null when there is none.</summary>
    public static RetryPolicy? Decode(Wire.RetryPolicy? policy, DecodeErrors errors)
    {
        if (policy is null)
        {
            return null;
        }

        if (policy.NumRetries == 0)
        {
            errors.Add("num_retries: expected at least 1, got 0");
        }

        var (baseInterval, maxInterval) = Backoff(policy.RetryBackOff, errors.In("retry_back_off"));
        var avoidsHosts = policy.RetryHostPredicate.Any(predicate => Is(predicate.Name, predicate.TypedConfig?.TypeUrl, PreviousHosts));
        return new RetryPolicy
        {
            Conditions = RetryConditionNames.Parse(policy.RetryOn),
            MaxRetries = (int)Math.Min(policy.NumRetries ?? 1, int.MaxValue),
            StatusCodes = [.. policy.RetriableStatusCodes.Select(code => (int)code)],
            ResponseHeaders = Headers(policy.RetriableHeaders, "retriable_headers", errors),
            RequestHeaders = Headers(policy.RetriableRequestHeaders, "retriable_request_headers", errors),
            AttemptTimeout = Limit(DurationDecoder.DecodeNonNegative(policy.PerTryTimeout, errors.In("per_try_timeout"))),
            AttemptIdleTimeout = Limit(DurationDecoder.DecodeNonNegative(policy.PerTryIdleTimeout, errors.In("per_try_idle_timeout"))),
            BaseInterval = baseInterval,
            MaxInterval = maxInterval,
            RateLimited = RateLimited(policy.RateLimitedRetryBackOff, errors.In("rate_limited_retry_back_off")),
            MaxReselections = avoidsHosts ? (int)Math.Clamp(policy.HostSelectionRetryMaxAttempts, 1, 100) : 0,
            AvoidPreviousPriorities = Is(policy.RetryPriority?.Name, policy.RetryPriority?.TypedConfig?.TypeUrl, PreviousPriorities),
        };
    }

    private static (TimeSpan Base, TimeSpan Max) Backoff(Wire.RetryPolicy.Types.RetryBackOff? backoff, DecodeErrors errors)
    {
        if (backoff is null)
        {
            return (RetryPolicy.DefaultBaseInterval, RetryPolicy.DefaultBaseInterval * 10);
        }

        var baseErrors = errors.In("base_interval");
        if (backoff.BaseInterval is null)
        {
            baseErrors.Add("expected a duration above 0, got none");
        }

        var least = DurationDecoder.DecodePositive(backoff.BaseInterval, baseErrors) ?? RetryPolicy.DefaultBaseInterval;
        var most = DurationDecoder.DecodePositive(backoff.MaxInterval, errors.In("max_interval")) ?? least * 10;

        // gRFC A44: a maximum below the base is the base.
        return (least, most < least ? least : most);
    }

    private static RateLimitedBackoff? RateLimited(Wire.RetryPolicy.Types.RateLimitedRetryBackOff? backoff, DecodeErrors errors)
    {
        if (backoff is null)
        {
            return null;
        }

        if (backoff.ResetHeaders.Count == 0 || backoff.ResetHeaders.Any(header => header.Name.Length == 0))
        {
            errors.Add("reset_headers: expected at least one, each with a name");
        }

        return new RateLimitedBackoff(
            [.. backoff.ResetHeaders.Select(header => new ResetHeader(Lower(header.Name), header.Format == Wire.RetryPolicy.Types.ResetHeaderFormat.UnixTimestamp))],
            DurationDecoder.DecodePositive(backoff.MaxInterval, errors.In("max_interval")) ?? DefaultRateLimitedMax);
    }

    private static ImmutableArray<HeaderMatch> Headers(RepeatedField<Wire.HeaderMatcher> matchers, string field, DecodeErrors errors)
    {
        var matches = ImmutableArray.CreateBuilder<HeaderMatch>(matchers.Count);
        for (var index = 0; index < matchers.Count; index++)
        {
            if (HeaderMatchDecoder.Decode(matchers[index], errors.In(field, index)) is { } match)
            {
                matches.Add(match);
            }
        }

        return matches.ToImmutable();
    }

    // Extensions are told by their type; old configurations only name them.
    private static bool Is(string? name, string? typeUrl, string extension) =>
        name?.EndsWith("." + extension, StringComparison.Ordinal) == true
        || typeUrl?.Contains($".{extension}.v3.", StringComparison.Ordinal) == true;

    private static TimeSpan? Limit(TimeSpan? limit) => limit > TimeSpan.Zero ? limit : null;

#pragma warning disable CA1308 // HTTP/2 field names are lower case (RFC 9113 8.2.1).
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
}
