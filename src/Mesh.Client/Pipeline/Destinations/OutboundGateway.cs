using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>The ports of a gateway compiled for sending; immutable, replaced as a whole.</summary>
internal sealed record OutboundGateway(GatewayConfiguration Source, ImmutableArray<OutboundGatewayPort> Ports)
{
    public static OutboundGateway Empty { get; } = new(GatewayConfiguration.Empty, []);

    public IEnumerable<OutboundDestination> Destinations => Ports.SelectMany(port => port.Chains).SelectMany(chain => chain.Destinations);
}
