using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Which received requests a rule is about: those for which all that is set holds.</summary>
internal sealed record RequestCondition
{
    /// <summary>Of the path without its query.</summary>
    public StringMatch? Path { get; init; }

    /// <summary>Route template of the endpoint.</summary>
    public string? Route { get; init; }

    /// <summary>Empty means any.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];

    /// <summary>Without a port; <c>*.example.com</c> for all below it; empty means any.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>NAMESPACE/NAME of plans, one of which the consumer has whose key the request bears; empty means any, and nobody's.</summary>
    public ImmutableArray<string> Plans { get; init; } = [];
}
