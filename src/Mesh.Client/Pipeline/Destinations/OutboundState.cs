using System.Collections.Frozen;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>A snapshot compiled for sending; immutable, replaced as a whole.</summary>
internal sealed class OutboundState(FrozenDictionary<Authority, OutboundDestination> destinations, IReadOnlyCollection<OutboundCluster> clusters)
{
    public static OutboundState Empty { get; } = new(FrozenDictionary<Authority, OutboundDestination>.Empty, []);

    public FrozenDictionary<Authority, OutboundDestination> Destinations => destinations;

    /// <summary>Of a process that is a gateway; empty in others.</summary>
    public OutboundGateway Gateway { get; init; } = OutboundGateway.Empty;

    /// <summary>Every cluster that holds pools.</summary>
    public IReadOnlyCollection<OutboundCluster> Clusters => clusters;
}
