using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Server.RateLimiting;

/// <summary>The limits of one port, ready for requests; those that stay the same keep their counts.</summary>
internal sealed class CompiledLimits(ImmutableArray<RateLimitPolicy> source, CompiledLimits? previous, TimeProvider time)
{
    public ImmutableArray<RateLimiter> Limiters { get; } =
    [
        .. source.Select(policy => previous?.Limiters.FirstOrDefault(known => known.Policy.Name == policy.Name && known.Policy.Version == policy.Version) ?? new RateLimiter(policy, time)),
    ];

    /// <summary>Whether it was made of these, or of the same: each server at a port of a gateway has its own copy.</summary>
    public bool IsOf(ImmutableArray<RateLimitPolicy> other)
    {
        if (other == source)
        {
            return true;
        }

        if (other.Length != source.Length)
        {
            return false;
        }

        for (var index = 0; index < source.Length; index++)
        {
            if (source[index].Name != other[index].Name || source[index].Version != other[index].Version)
            {
                return false;
            }
        }

        return true;
    }
}
