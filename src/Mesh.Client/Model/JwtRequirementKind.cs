namespace Mesh.Client.Model;

/// <summary>The kinds of <see cref="JwtRequirement"/>.</summary>
internal enum JwtRequirementKind
{
    /// <summary>A good token of one provider.</summary>
    Provider,

    /// <summary>One of the parts holds.</summary>
    Any,

    /// <summary>All parts hold.</summary>
    All,

    /// <summary>No token, or good ones.</summary>
    AllowMissing,

    /// <summary>Always holds; good tokens count.</summary>
    AllowMissingOrFailed,
}
