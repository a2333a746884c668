using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>Asks the control plane about an authority; the answer comes with a later snapshot.</summary>
internal interface IDestinationSubscriber
{
    void Subscribe(Authority authority);

    /// <summary>Asks for a cluster besides those that the authority's routes name.</summary>
    void SubscribeCluster(Authority authority, string cluster);
}
