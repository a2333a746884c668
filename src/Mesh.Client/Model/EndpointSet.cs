using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The endpoints of a cluster, by locality (EDS).</summary>
internal sealed record EndpointSet(ImmutableArray<LocalityEndpoints> Localities)
{
    public const uint DefaultOverprovisioning = 140;

    public static EndpointSet Empty { get; } = new(ImmutableArray<LocalityEndpoints>.Empty);

    /// <summary>Share of the requests to drop at once, in millionths, by category, in order.</summary>
    public ImmutableArray<DropOverload> DropOverloads { get; init; } = [];

    /// <summary>In percent: a priority of which one endpoint in 1.4 is available counts as whole.</summary>
    public uint Overprovisioning { get; init; } = DefaultOverprovisioning;

    /// <summary>Whether the health of a priority is that of its weights instead of its endpoints.</summary>
    public bool WeighsHealth { get; init; }
}
