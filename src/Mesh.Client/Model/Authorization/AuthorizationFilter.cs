namespace Mesh.Client.Model.Authorization;

/// <summary>One step of deciding whether a request may pass.</summary>
/// <param name="Name">Of the HTTP filter, for people.</param>
internal abstract record AuthorizationFilter(string Name)
{
    /// <summary>Null: nothing is enforced.</summary>
    public RbacRules? Rules { get; init; }

    /// <summary>Dry-run policies: what they would do is only told; null for none.</summary>
    public RbacRules? Shadow { get; init; }
}
