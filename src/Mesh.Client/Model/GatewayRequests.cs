using Mesh.Client.Model.Authorization;

namespace Mesh.Client.Model;

/// <summary>How a gateway reads requests, and what it asks of them before it looks for a route (a connection manager).</summary>
internal sealed record GatewayRequests
{
    /// <summary>The route configuration to ask for; null when it is <see cref="InlineRoutes"/>.</summary>
    public string? RouteConfigurationName { get; init; }

    public RouteConfiguration? InlineRoutes { get; init; }

    /// <summary>Who may send what; its own routes are empty, as those of the gateway lead on.</summary>
    public required InboundPort Rules { get; init; }

    /// <summary>Limit for calls whose route sets none; null means none.</summary>
    public TimeSpan? MaxStreamDuration { get; init; }

    /// <summary>Faults for routes that say nothing of them; null when routes cannot ask for any.</summary>
    public FaultPolicy? Fault { get; init; }

    /// <summary>Sessions for routes that say nothing of them; null when routes cannot ask for any.</summary>
    public SessionPolicy? Session { get; init; }

    /// <summary>Proxies before the gateway whose <c>x-forwarded-for</c> is believed.</summary>
    public int TrustedHops { get; init; }

    /// <summary>The gateway stands at the edge: what callers say of themselves in internal headers is not believed.</summary>
    public bool IsEdge { get; init; }

    /// <summary>The form of paths for policies, routes and callees.</summary>
    public PathNormalization Paths { get; init; } = PathNormalization.None;

    public ClientCertificateForwarding ClientCertificate { get; init; }
}
