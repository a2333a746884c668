namespace Mesh.Config.Validation.Rules;

/// <summary>The shapes of host names that Istio accepts; upper case is fine.</summary>
internal static class DnsNames
{
    private const int LongestLabel = 63;
    private const int LongestName = 255;

    /// <summary>RFC 1123 label.</summary>
    public static bool IsLabel(string text) => IsLabel(text.AsSpan());

    /// <summary>A label that may start with, or be, a <c>*</c>.</summary>
    public static bool IsWildcardLabel(ReadOnlySpan<char> text) => text switch
    {
        ['*'] => true,
        { Length: > LongestLabel } => false,
        ['*', '-', .. var rest] => IsLabel(rest),
        ['*', .. var rest] => IsLabel(rest),
        _ => IsLabel(text),
    };

    /// <summary>Labels joined by dots; a trailing dot is allowed, an all-numeric last label is not (it would be an address).</summary>
    public static bool IsFqdn(string text) => text.Length is > 0 and <= LongestName && AreLabels(text);

    /// <summary>As <see cref="IsFqdn"/>, but the first label may hold a wildcard.</summary>
    public static bool IsWildcardDomain(string text)
    {
        if (text.Length is 0 or > LongestName)
        {
            return false;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (!text.StartsWith('*'))
        {
            return AreLabels(text);
        }

        return IsWildcardLabel(dot < 0 ? text : text.AsSpan(0, dot)) && (dot < 0 || AreLabels(text.AsSpan(dot + 1)));
    }

    /// <summary>Lower-case names joined by dots, as Kubernetes wants the names of objects.</summary>
    public static bool IsObjectName(string text) =>
        text.Length is > 0 and <= 253 && AreLabels(text, allowNumericEnd: true) && !text.EndsWith('.') && !text.Any(char.IsAsciiLetterUpper);

    private static bool AreLabels(ReadOnlySpan<char> text, bool allowNumericEnd = false)
    {
        var last = ReadOnlySpan<char>.Empty;
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            var isTrailingDot = label.IsEmpty && count > 0 && range.End.GetOffset(text.Length) == text.Length;
            if (!isTrailingDot && !IsLabel(label))
            {
                return false;
            }

            last = isTrailingDot ? last : label;
            count++;
        }

        return allowNumericEnd || last.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestLabel || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '-')
            {
                return false;
            }
        }

        return true;
    }
}
