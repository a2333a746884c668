namespace Mesh.Client;

/// <summary>What becomes of a request while no control plane, no memory and no snapshot says anything of its destination (<c>Mesh:Fallback:WhenNoConfiguration</c>).</summary>
public enum MissingConfiguration
{
    /// <summary>It goes to declared endpoints, or out by DNS, after <c>Mesh:Outbound:DiscoveryTimeout</c>.</summary>
    Direct,

    /// <summary>It waits <c>Mesh:Fallback:WaitTimeout</c> for the first word, then fails with 503.</summary>
    Wait,

    /// <summary>It fails with 503 after <c>Mesh:Outbound:DiscoveryTimeout</c>.</summary>
    Fail,
}
