namespace Mesh.Client.Xds;

/// <summary>Tells the mesh's own control plane from others, by what it calls itself (<c>control_plane.identifier</c>).</summary>
internal static class MeshServer
{
    private const string Prefix = "mesh";

    public static bool Is(string? identifier) => identifier?.StartsWith(Prefix, StringComparison.Ordinal) == true;
}
