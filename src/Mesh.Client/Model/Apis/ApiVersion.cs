using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>One version of an API, and what callers are told of its end.</summary>
/// <param name="Name">Such as v1.</param>
internal sealed record ApiVersion(string Name)
{
    /// <summary>One of them has to match; empty means every request.</summary>
    public ImmutableArray<RequestCondition> Matches { get; init; } = [];

    /// <summary>Header <c>Deprecation</c> (RFC 9745); null for none.</summary>
    public string? Deprecation { get; init; }

    /// <summary>Header <c>Sunset</c> (RFC 8594); null for none.</summary>
    public string? Sunset { get; init; }

    /// <summary>Values of header <c>Link</c>.</summary>
    public ImmutableArray<string> Links { get; init; } = [];

    /// <summary>Requests are answered with 410 from then on; null for never.</summary>
    public DateTimeOffset? GoneFrom { get; init; }
}
