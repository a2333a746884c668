namespace Mesh.Config.Analysis.Lookup;

/// <summary>Compares names of hosts as Istio does.</summary>
internal static class HostName
{
    private const char Wildcard = '*';

    public static bool IsWildcard(string host) => host.StartsWith(Wildcard);

    /// <summary>Whether a host is one and the same as another, or one covers the other.</summary>
    public static bool Overlaps(string left, string right)
    {
        if (!IsWildcard(left))
        {
            return IsWildcard(right) ? left.AsSpan().EndsWith(right.AsSpan(1), StringComparison.Ordinal) : left == right;
        }

        if (!IsWildcard(right))
        {
            return right.AsSpan().EndsWith(left.AsSpan(1), StringComparison.Ordinal);
        }

        var (wider, narrower) = left.Length < right.Length ? (left, right) : (right, left);
        return narrower.AsSpan(1).EndsWith(wider.AsSpan(1), StringComparison.Ordinal);
    }

    /// <summary>The full name of a host: one without dots is a service of the namespace.</summary>
    public static string Qualify(string host, string ns, string clusterDomain) =>
        IsWildcard(host) || host.Contains('.', StringComparison.Ordinal) ? host : $"{host}.{ns}.svc.{clusterDomain}";
}
