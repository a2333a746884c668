using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Extensions;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Origins;

namespace Mesh.ControlPlane.Generation.Policies;

/// <summary>All DestinationRules that hold for a client and a service, merged into one.</summary>
/// <param name="Source">The oldest of them, for messages; null when there is none.</param>
/// <param name="Policy">For every subset and port that says nothing else.</param>
/// <param name="Subsets">Each name once.</param>
internal sealed record EffectiveRule(ResourceId? Source, TrafficPolicy? Policy, ImmutableArray<Subset> Subsets)
{
    /// <summary>The health check that the oldest of them with one asks for.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>They name their clients by <c>workloadSelector</c>.</summary>
    public bool NamesClients { get; init; }

    /// <summary>Where each of <see cref="Subsets"/> stands.</summary>
    public ImmutableArray<RuleOrigin> SubsetOrigins { get; init; } = [];

    public static EffectiveRule None { get; } = new(null, null, []);

    public Subset? Subset(string name) => Subsets.FirstOrDefault(subset => subset.Name == name);

    /// <summary>Where a subset stands; null when no rule has it.</summary>
    public RuleOrigin? OriginOf(string subset)
    {
        for (var index = 0; index < Subsets.Length; index++)
        {
            if (Subsets[index].Name == subset)
            {
                return SubsetOrigins[index];
            }
        }

        return null;
    }
}
