namespace Mesh.Config.Validation.Rules;

/// <summary>Who may see a resource: <c>exportTo</c>.</summary>
internal static class ExportToRules
{
    public static void Check(FieldScope scope, IReadOnlyList<string> exportTo, string ownNamespace, bool noneAllowed = false, string field = "exportTo")
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        scope.Each(field, exportTo, (item, entry) =>
        {
            var known = entry is "." or "*" || DnsNames.IsLabel(entry) || (noneAllowed && entry == "~");
            item.Require(known, $"\"{entry}\" must be \".\" (own namespace), \"*\" (all){(noneAllowed ? ", \"~\" (none)" : "")} or the name of a namespace");
            item.Require(seen.Add(entry == "." ? ownNamespace : entry), $"\"{entry}\" names a namespace twice");
        });
        var alone = exportTo.FirstOrDefault(entry => entry is "*" or "~");
        scope.Field(field).Require(alone is null || exportTo.Count == 1, $"\"{alone}\" must stand alone");
    }
}
