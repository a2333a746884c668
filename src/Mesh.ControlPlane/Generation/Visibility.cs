namespace Mesh.ControlPlane.Generation;

/// <summary>Reads <c>exportTo</c>.</summary>
internal static class Visibility
{
    /// <param name="exportTo">Empty means every namespace (Istio's default).</param>
    /// <param name="owner">Namespace of the resource.</param>
    /// <param name="viewer">Namespace of the client.</param>
    public static bool IsExported(IReadOnlyCollection<string> exportTo, string owner, string viewer)
    {
        if (exportTo.Count == 0)
        {
            return true;
        }

        foreach (var target in exportTo)
        {
            if (target == "*" || target == viewer || (target == "." && owner == viewer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As a resource says it, else as the mesh does.</summary>
    public static IReadOnlyCollection<string> Effective(IReadOnlyCollection<string> exportTo, IReadOnlyCollection<string> meshDefault) =>
        exportTo.Count > 0 ? exportTo : meshDefault;

    public static bool IsPublic(IReadOnlyCollection<string> exportTo) => exportTo.Count == 0 || exportTo.Contains("*");
}
