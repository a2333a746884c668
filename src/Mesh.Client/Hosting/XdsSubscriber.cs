using Mesh.Client.Fallback;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Xds;

namespace Mesh.Client.Hosting;

/// <summary>Lets the pipeline ask the xDS client, and what holds in its place.</summary>
internal sealed class XdsSubscriber(XdsClient client, DestinationLadder ladder) : IDestinationSubscriber
{
    public void Subscribe(Authority authority)
    {
        ladder.Ask(authority);
        client.Subscribe(authority);
    }

    public void SubscribeCluster(Authority authority, string cluster) => client.SubscribeCluster(authority, cluster);
}
