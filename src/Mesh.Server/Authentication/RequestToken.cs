using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Server.Authentication;

/// <summary>The verified token of a request; found in its features.</summary>
internal sealed record RequestToken
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Claim <c>azp</c>; empty without one.</summary>
    public string Presenter { get; init; } = "";

    /// <summary>All claims, as one object.</summary>
    public required JsonElement Claims { get; init; }

    /// <summary>Issuer and subject, as Istio's <c>requestPrincipals</c> write them.</summary>
    public string Principal => $"{Issuer}/{Subject}";
}
