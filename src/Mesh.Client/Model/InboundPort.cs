using System.Collections.Immutable;
using Mesh.Client.Model.Apis;
using Mesh.Client.Model.Authorization;

namespace Mesh.Client.Model;

/// <summary>What the control plane says of one port of this process.</summary>
internal sealed record InboundPort
{
    /// <summary>What the receiving side does about routes of its services; empty when no rule asks anything of it.</summary>
    public required RouteConfiguration Routes { get; init; }

    /// <summary>Whether no HTTP is spoken there, as every service of the port says: connections count, in the place of requests.</summary>
    public bool IsTcp { get; init; }

    /// <summary>Which connections are taken.</summary>
    public PeerAuthenticationMode PeerAuthentication { get; init; } = PeerAuthenticationMode.Disable;

    /// <summary>Which tokens requests may bring, and must; null when none are spoken of.</summary>
    public JwtPolicy? Jwt { get; init; }

    /// <summary>Who may send what; null when everybody may send everything.</summary>
    public InboundAuthorization? Authorization { get; init; }

    /// <summary>How many requests are taken.</summary>
    public ImmutableArray<RateLimitPolicy> RateLimits { get; init; } = [];

    /// <summary>Which requests need a key, and whose keys there are; null when none does.</summary>
    public ApiKeyPolicy? ApiKeys { get; init; }

    /// <summary>The versions of APIs, each set by itself.</summary>
    public ImmutableArray<ApiVersionPolicy> ApiVersions { get; init; } = [];

    /// <summary>What requests and responses are changed into; null when nothing is.</summary>
    public TransformationPolicy? Transformations { get; init; }
}
