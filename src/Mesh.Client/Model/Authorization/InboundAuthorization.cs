using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>Who may send what to a port: every filter must let a request pass, in their order.</summary>
internal sealed record InboundAuthorization(ImmutableArray<AuthorizationFilter> Filters)
{
    public PathNormalization Paths { get; init; } = PathNormalization.None;

    /// <summary>How many proxies before this process are trusted to tell in <c>x-forwarded-for</c> who called them.</summary>
    public int TrustedHops { get; init; }
}
