using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders;

/// <summary>What a client needs of a listener: where its routes are.</summary>
internal sealed record ListenerResource(string Name)
{
    /// <summary>The route configuration to ask for; null when it is <see cref="InlineRoutes"/>.</summary>
    public string? RouteConfigurationName { get; init; }

    public RouteConfiguration? InlineRoutes { get; init; }

    /// <summary>Limit for calls whose route sets none (gRFC A31); null means none.</summary>
    public TimeSpan? MaxStreamDuration { get; init; }
}
