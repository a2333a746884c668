using Mesh.Config.Extensions;

namespace Mesh.Config.Validation.RateLimits;

/// <summary>Rules for how many requests may pass in which time.</summary>
internal static class LimitRules
{
    private static readonly TimeSpan ShortestFill = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromHours(24);

    public static void Check(FieldScope scope, RateLimit.Types.TokenBucket bucket)
    {
        scope.Field("maxTokens").Require(bucket.MaxTokens > 0, "expected more than zero");
        scope.Field("tokensPerFill").Require(bucket.TokensPerFill is null or > 0, "expected more than zero");
        scope.Field("fillInterval").Require(
            bucket.FillInterval is { } interval && interval.ToTimeSpan() >= ShortestFill, $"expected at least {ShortestFill.TotalMilliseconds}ms");
    }

    public static void Check(FieldScope scope, RateLimit.Types.Quota quota)
    {
        scope.Field("requests").Require(quota.Requests > 0, "expected more than zero");
        scope.Field("per").Require(
            quota.Per is null || (quota.Per.ToTimeSpan() is var period && period >= ShortestPeriod && period <= LongestPeriod),
            $"expected {ShortestPeriod.TotalSeconds}s to {LongestPeriod.TotalHours}h");
    }
}
