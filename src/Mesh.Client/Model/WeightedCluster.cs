using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A cluster and its share of a route's requests.</summary>
internal sealed record WeightedCluster(string Name, uint Weight)
{
    /// <summary>Those of this cluster and of all levels above it, in the order they are done in (Envoy).</summary>
    public ImmutableArray<HeaderEdits> RequestEdits { get; init; } = [];

    /// <summary>Those of this cluster and of all levels above it, in the order they are done in (Envoy).</summary>
    public ImmutableArray<HeaderEdits> ResponseEdits { get; init; } = [];

    /// <summary>Applies where the route rewrites no host itself (Envoy).</summary>
    public string? Host { get; init; }

    /// <summary>Null when this level says nothing: the route's applies.</summary>
    public FaultPolicy? Fault { get; init; }
}
