using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Says which endpoints of a cluster are in force, when fewer came than were there.</summary>
internal interface IShrinkGuard
{
    /// <summary>What came, or what was there before while that is held. On the client's queue.</summary>
    /// <param name="cluster">The name of the endpoints.</param>
    /// <param name="told">What the control plane says now.</param>
    EndpointSet Admit(string cluster, EndpointSet told);

    /// <summary>Forgets clusters that nothing needs.</summary>
    void Keep(HashSet<string> clusters);
}
