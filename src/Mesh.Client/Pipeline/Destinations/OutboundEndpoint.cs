using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>An endpoint that can be balanced and sent to.</summary>
internal sealed class OutboundEndpoint(EndpointAddress address, EndpointPool pool) : BalancedEndpoint(address)
{
    public EndpointPool Pool { get; } = pool;
}
