using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A condition and what happens to the requests that meet it.</summary>
/// <param name="Name">For people; empty when the configuration gives none.</param>
/// <param name="Match">The condition.</param>
/// <param name="Action">What happens.</param>
internal sealed record Route(string Name, RouteMatch Match, RouteAction Action)
{
    /// <summary>For answers of the mesh's own (redirect, direct response); forwarded ones have theirs with the cluster. In the order they are done in.</summary>
    public ImmutableArray<HeaderEdits> ResponseEdits { get; init; } = [];

    /// <summary>Null when no level from the route upwards says anything: the listener's applies.</summary>
    public FaultPolicy? Fault { get; init; }

    /// <summary>Groups the route's measurements; null when it has none of its own.</summary>
    public string? StatPrefix { get; init; }

    /// <summary>For requests that come in; null for none.</summary>
    public CorsPolicy? Cors { get; init; }
}
