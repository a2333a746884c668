namespace Mesh.Client.Model.Authorization;

/// <summary>What becomes of a request that a policy matches.</summary>
internal enum RbacAction
{
    /// <summary>It may pass; one that no policy matches may not.</summary>
    Allow,

    /// <summary>It is refused.</summary>
    Deny,

    /// <summary>It is written down.</summary>
    Log,
}
