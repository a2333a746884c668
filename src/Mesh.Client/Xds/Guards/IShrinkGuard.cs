using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Says which endpoints of a cluster are in force, when fewer came than were there.</summary>
internal interface IShrinkGuard : IAsyncDisposable
{
    /// <summary>Clusters whose endpoints are held now.</summary>
    int Held { get; }

    /// <summary>What came, or what was there before while that is held. On the client's queue.</summary>
    /// <param name="cluster">The name of the endpoints.</param>
    /// <param name="told">What the control plane says now.</param>
    /// <param name="mayShrink">The control plane stands for it.</param>
    EndpointSet Admit(string cluster, EndpointSet told, bool mayShrink);

    /// <summary>Forgets clusters that nothing needs.</summary>
    void Keep(HashSet<string> clusters);
}
