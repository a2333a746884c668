namespace Mesh.Config.Objects.Selectors;

/// <summary>What Kubernetes takes for a label's key and value.</summary>
internal static class LabelSyntax
{
    private const int LongestName = 63;
    private const int LongestPrefix = 253;

    /// <summary>What is wrong with a key; null when nothing is.</summary>
    public static string? KeyError(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (slash >= 0 && !IsSubdomain(key[..slash]))
        {
            return "the part before / must be a DNS name of lower case letters, digits, - and ., at most 253 characters";
        }

        return name.Length is > 0 and <= LongestName && IsName(name)
            ? null
            : $"the name must have 1 to {LongestName} letters, digits, -, _ and ., with a letter or digit at both ends";
    }

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public static string? ValueError(string value) =>
        value.Length == 0 || (value.Length <= LongestName && IsName(value))
            ? null
            : $"a value must have at most {LongestName} letters, digits, -, _ and ., with a letter or digit at both ends";

    private static bool IsSubdomain(string text) =>
        text.Length is > 0 and <= LongestPrefix
        && text.Split('.').All(label =>
            label.Length > 0
            && label[0] != '-'
            && label[^1] != '-'
            && label.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'));

    private static bool IsName(string text) =>
        char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
