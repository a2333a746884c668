using Mesh.Client.Model;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.RateLimiting;

/// <summary>One limit ready for requests: which it counts, and in which bucket.</summary>
internal sealed class RateLimiter
{
    private readonly ConditionMatcher _matcher;

    public RateLimiter(RateLimitPolicy policy, TimeProvider time)
    {
        Policy = policy;
        _matcher = new ConditionMatcher(policy.Matches);
        Buckets = new LimitBuckets(policy, time);
        ShortName = policy.Name[(policy.Name.LastIndexOf('/') + 1)..];
    }

    public RateLimitPolicy Policy { get; }

    public LimitBuckets Buckets { get; }

    /// <summary>Of the rule alone: what callers are told.</summary>
    public string ShortName { get; }

    /// <summary>The bucket of a request; null when it is none of this limit's.</summary>
    public CountedBucket? Find(HttpContext context) =>
        _matcher.Matches(context) && RequestValues.Join(context, Policy.CountedValues) is { } values
            ? Buckets.Get(values)
            : null;
}
