namespace Mesh.Config.Validation.Rules;

/// <summary>How Istio compares hosts that may start with a wildcard.</summary>
internal static class HostPattern
{
    /// <summary>Whether some name fits both.</summary>
    public static bool Matches(string left, string right) => (IsWild(left), IsWild(right)) switch
    {
        (false, false) => left == right,
        (true, false) => right.EndsWith(left[1..], StringComparison.Ordinal),
        (false, true) => left.EndsWith(right[1..], StringComparison.Ordinal),
        _ => left.EndsWith(right[1..], StringComparison.Ordinal) || right.EndsWith(left[1..], StringComparison.Ordinal),
    };

    /// <summary>Whether every name that fits the first fits the second.</summary>
    public static bool IsSubsetOf(string inner, string outer)
    {
        if (!IsWild(outer))
        {
            return inner == outer;
        }

        return (IsWild(inner) ? inner[1..] : inner).EndsWith(outer[1..], StringComparison.Ordinal);
    }

    private static bool IsWild(string host) => host.StartsWith('*');
}
