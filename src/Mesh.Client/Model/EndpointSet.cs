using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The endpoints of a cluster, by locality (EDS).</summary>
internal sealed record EndpointSet(ImmutableArray<LocalityEndpoints> Localities)
{
    public static EndpointSet Empty { get; } = new(ImmutableArray<LocalityEndpoints>.Empty);

    /// <summary>Share of the requests to drop at once, in millionths, by category, in order.</summary>
    public ImmutableArray<DropOverload> DropOverloads { get; init; } = [];
}
