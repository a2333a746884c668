using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>What tokens a request must bring; a tree.</summary>
/// <param name="Kind">Which of the members count.</param>
internal sealed record JwtRequirement(JwtRequirementKind Kind)
{
    /// <summary>For <see cref="JwtRequirementKind.Provider"/>.</summary>
    public JwtProvider? Provider { get; init; }

    /// <summary>For <see cref="JwtRequirementKind.Provider"/>: in place of the provider's own audiences; empty leaves those.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>For <see cref="JwtRequirementKind.Any"/> and <see cref="JwtRequirementKind.All"/>.</summary>
    public ImmutableArray<JwtRequirement> Parts { get; init; } = [];

    /// <summary>For the kinds that let tokens be missing: whose tokens are looked for.</summary>
    public ImmutableArray<JwtProvider> Providers { get; init; } = [];
}
