using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders;

/// <summary>What a client needs of a listener: where its routes are, for requests or for raw connections, or both.</summary>
internal sealed record ListenerResource(string Name)
{
    /// <summary>The route configuration to ask for; null when it is <see cref="InlineRoutes"/>, or requests are not looked into.</summary>
    public string? RouteConfigurationName { get; init; }

    public RouteConfiguration? InlineRoutes { get; init; }

    /// <summary>Whether requests have routes of their own; otherwise they are carried unopened, as connections are.</summary>
    public bool HasRequestRoutes => RouteConfigurationName is not null || InlineRoutes is not null;

    /// <summary>Null when it routes requests alone.</summary>
    public ConnectionRoutes? Connections { get; init; }

    /// <summary>Of a listener of this process itself: the rules for the requests it receives; null for the listener of a client.</summary>
    public InboundPort? Inbound { get; init; }

    /// <summary>Of a gateway: a port to open to callers outside the mesh; null for every other listener.</summary>
    public GatewayListener? Gateway { get; init; }

    /// <summary>Limit for calls whose route sets none (gRFC A31); null means none.</summary>
    public TimeSpan? MaxStreamDuration { get; init; }

    /// <summary>Sessions for routes that say nothing of them; null when the listener has no filter for sessions, so that routes cannot ask for any.</summary>
    public SessionPolicy? Session { get; init; }

    /// <summary>Faults for routes that say nothing of them; null when the listener has no filter for faults, so that routes cannot ask for any (gRFC A39).</summary>
    public FaultPolicy? Fault { get; init; }
}
