using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Xds;

namespace Mesh.Client.Hosting;

/// <summary>Lets the pipeline ask the xDS client.</summary>
internal sealed class XdsSubscriber(XdsClient client) : IDestinationSubscriber
{
    public void Subscribe(Authority authority) => client.Subscribe(authority);

    public void SubscribeCluster(Authority authority, string cluster) => client.SubscribeCluster(authority, cluster);
}
