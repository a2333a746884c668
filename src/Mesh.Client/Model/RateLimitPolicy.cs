using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>How many requests this process takes, of those that match.</summary>
/// <param name="Name">NAMESPACE/NAME/RULE of the resource that says so.</param>
/// <param name="Version">Changes with the content: counts go on while it stays.</param>
internal sealed record RateLimitPolicy(string Name, string Version)
{
    /// <summary>One of them has to match; empty means every request.</summary>
    public ImmutableArray<RequestCondition> Matches { get; init; } = [];

    /// <summary>Each combination of their values is counted apart.</summary>
    public ImmutableArray<CountedValue> CountedValues { get; init; } = [];

    /// <summary>Of this process; of a quota, what it takes before it has been given its share.</summary>
    public required TokenBucketPolicy Bucket { get; init; }

    /// <summary>Whether all processes together take so many, and each is given a share.</summary>
    public bool IsQuota { get; init; }

    /// <summary>Buckets that are kept; the least recently used give way.</summary>
    public int MaxBuckets { get; init; } = 10_000;

    /// <summary>Nothing is refused, only told.</summary>
    public bool IsShadow { get; init; }
}
