namespace Mesh.Config;

/// <summary>What the mesh does with resources of a kind.</summary>
internal enum ResourceUse
{
    /// <summary>The spec is decoded, validated and acted on.</summary>
    Applied,

    /// <summary>Accepted so that unmodified manifests load; the mesh has no use for the spec.</summary>
    Ignored,

    /// <summary>A mesh resource that this version stores but does not act on yet: worth a warning.</summary>
    NoEffect,
}
