namespace Mesh.Config.Analysis.Lookup;

/// <summary>The namespaces that <c>exportTo</c> shows a resource to.</summary>
internal static class ExportScopes
{
    public const string All = "*";

    private const string Own = ".";

    /// <summary>The namespaces, or <see cref="All"/> alone.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> exportTo, string ns) =>
        exportTo.Count == 0 || exportTo.Contains(All) ? [All] : exportTo.Select(scope => scope == Own ? ns : scope).Distinct(StringComparer.Ordinal);
}
