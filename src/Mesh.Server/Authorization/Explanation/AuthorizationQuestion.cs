using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Server.Authorization.Explanation;

/// <summary>A request that is only thought of, to ask what would become of it.</summary>
internal sealed record AuthorizationQuestion
{
    /// <summary>The caller's SPIFFE id, with or without <c>spiffe://</c>; null for a caller without identity.</summary>
    public string? Principal { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>As it would be sent, without the query.</summary>
    public string Path { get; init; } = "/";

    public string Host { get; init; } = "";

    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    public int Port { get; init; }

    /// <summary>The caller's address; null when it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>Our own address; null when it is not known.</summary>
    public string? Destination { get; init; }

    public string? ServerName { get; init; }

    /// <summary>The claims of a verified token; null for a request without one.</summary>
    public JsonElement? Claims { get; init; }

    /// <summary>The route template of the endpoint; null when it is not known.</summary>
    public string? RouteTemplate { get; init; }
}
