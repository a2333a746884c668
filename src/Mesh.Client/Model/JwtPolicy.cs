using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Which tokens requests may bring, and must (Envoy's <c>jwt_authn</c> filter, from Istio's RequestAuthentication).</summary>
internal sealed record JwtPolicy
{
    /// <summary>All issuers that are known.</summary>
    public ImmutableArray<JwtProvider> Providers { get; init; } = [];

    /// <summary>The first one that matches decides; a request that none matches needs no token.</summary>
    public ImmutableArray<JwtRule> Rules { get; init; } = [];

    /// <summary>Preflights of browsers pass: they bring no credentials.</summary>
    public bool BypassesPreflights { get; init; }

    /// <summary>Refusals do not say why.</summary>
    public bool HidesReasons { get; init; }
}
