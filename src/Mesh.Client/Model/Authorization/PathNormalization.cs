namespace Mesh.Client.Model.Authorization;

/// <summary>The normal forms of a path that the control plane asks for (MeshConfig <c>pathNormalization</c>); a server that has a router decides by what that one used.</summary>
/// <param name="DotSegments">RFC 3986 5.2.4 and 6.2.2.</param>
/// <param name="MergesSlashes">Several slashes count as one.</param>
/// <param name="DecodesSlashes"><c>%2F</c> and <c>%5C</c> count as slashes.</param>
internal sealed record PathNormalization(bool DotSegments, bool MergesSlashes, bool DecodesSlashes)
{
    public static PathNormalization None { get; } = new(DotSegments: false, MergesSlashes: false, DecodesSlashes: false);
}
