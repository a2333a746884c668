namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Matches a full host name against a name or a <c>*</c> wildcard of a resource.</summary>
internal static class HostPattern
{
    /// <summary>How exactly a pattern names the host: its length, exact names above all wildcards; -1 when it does not.</summary>
    public static int Specificity(string pattern, string host)
    {
        if (pattern == host)
        {
            return int.MaxValue;
        }

        // The wildcard stands for one character at least.
        return pattern.StartsWith('*') && host.Length >= pattern.Length && host.EndsWith(pattern[1..], StringComparison.Ordinal)
            ? pattern.Length
            : -1;
    }
}
