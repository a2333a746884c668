using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Endpoints of one locality that are treated alike.</summary>
/// <param name="Locality">Where they run.</param>
/// <param name="Endpoints">One at least.</param>
internal sealed record LocalityGroup(LocalityName Locality, ImmutableArray<ServiceEndpoint> Endpoints)
{
    /// <summary>gRPC refuses an assignment whose weights add up to more than 32 bits.</summary>
    private const uint LargestWeight = uint.MaxValue / 65_536;

    /// <summary>0 is the best.</summary>
    public int Priority { get; init; }

    /// <summary>Share of the priority's requests; those of its endpoints together unless it is distributed by hand.</summary>
    public uint Weight { get; init; } = (uint)Math.Min((ulong)Endpoints.Sum(endpoint => (long)WeightOf(endpoint)), LargestWeight);

    public static uint WeightOf(ServiceEndpoint endpoint) => Math.Clamp(endpoint.Weight, 1, LargestWeight);
}
