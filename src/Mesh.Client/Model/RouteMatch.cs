using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The condition of a route: all of its parts must hold.</summary>
internal sealed record RouteMatch
{
    public required PathMatch Path { get; init; }

    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];

    public ImmutableArray<QueryParameterMatch> QueryParameters { get; init; } = [];

    public ImmutableArray<ClaimMatch> Claims { get; init; } = [];

    /// <summary>Share of the requests that may match, in millionths; null means all.</summary>
    public uint? FractionPerMillion { get; init; }
}
