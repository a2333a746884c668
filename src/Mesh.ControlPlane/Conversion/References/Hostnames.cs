namespace Mesh.ControlPlane.Conversion.References;

/// <summary>Compares host names of which the first label may be <c>*</c>.</summary>
internal static class Hostnames
{
    public const string Any = "*";

    /// <summary>Empty stands for every host.</summary>
    public static string Normalize(string host) => host.Length == 0 ? Any : host.ToLowerInvariant();

    /// <summary>Whether every name that <paramref name="inner"/> stands for is one of <paramref name="outer"/>; a wildcard stands for one label or more.</summary>
    public static bool IsWithin(string inner, string outer) =>
        inner == outer
        || outer == Any
        || (outer.StartsWith('*') && inner != Any && inner.TrimStart('*') is var rest && rest.Length > outer.Length - 1 && rest.EndsWith(outer[1..], StringComparison.Ordinal));

    /// <summary>The narrower of two when they meet; null when they do not.</summary>
    public static string? Intersect(string left, string right) => IsWithin(left, right) ? left : IsWithin(right, left) ? right : null;
}
