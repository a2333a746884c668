using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Server.RateLimiting;

/// <summary>The limits of one port, ready for requests; those that stay the same keep their counts.</summary>
internal sealed class CompiledLimits(ImmutableArray<RateLimitPolicy> source, CompiledLimits? previous, TimeProvider time)
{
    public ImmutableArray<RateLimitPolicy> Source => source;

    public ImmutableArray<RateLimiter> Limiters { get; } =
    [
        .. source.Select(policy => previous?.Limiters.FirstOrDefault(known => known.Policy.Name == policy.Name && known.Policy.Version == policy.Version) ?? new RateLimiter(policy, time)),
    ];
}
