using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Which requests a rate limit counts: those for which all that is set holds.</summary>
internal sealed record RateLimitMatch
{
    /// <summary>Of the path without its query.</summary>
    public StringMatch? Path { get; init; }

    /// <summary>Route template of the endpoint.</summary>
    public string? Route { get; init; }

    /// <summary>Empty means any.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];
}
