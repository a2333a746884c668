namespace Mesh.Config.Validation.Rules;

/// <summary>Label keys and values as Kubernetes has them, and the selectors made of them.</summary>
internal static class LabelRules
{
    private const int LongestName = 63;
    private const int LongestPrefix = 253;

    public static void Labels(FieldScope scope, string field, IEnumerable<KeyValuePair<string, string>> labels)
    {
        foreach (var (key, value) in labels)
        {
            var entry = scope.Entry(field, key);
            Key(entry, key);
            entry.Require(value.Length == 0 || IsName(value), $"the label value \"{value}\" must be letters, digits, -, _ and ., with a letter or digit at both ends");
        }
    }

    public static void Key(FieldScope scope, string key)
    {
        var slash = key.LastIndexOf('/');
        var name = key[(slash + 1)..];
        var prefixFits = slash < 0 || (slash is > 0 and <= LongestPrefix && DnsNames.IsFqdn(key[..slash]));
        scope.Require(
            prefixFits && name.Length <= LongestName && IsName(name),
            $"the key \"{key}\" must be [dns.prefix/]name, the name of letters, digits, -, _ and ., at most {LongestName} characters");
    }

    /// <summary>Labels that workloads are chosen by: exact only, no wildcard.</summary>
    public static void Selector(FieldScope scope, string field, IReadOnlyCollection<KeyValuePair<string, string>> labels)
    {
        if (labels.Count == 0)
        {
            scope.Warning($"the selector has no {field}: it selects every workload of the namespace");
        }

        foreach (var (key, value) in labels)
        {
            var entry = scope.Entry(field, key);
            entry.Require(key.Length > 0, "the key must not be empty");
            entry.Require(!key.Contains('*', StringComparison.Ordinal) && !value.Contains('*', StringComparison.Ordinal), "wildcard is not supported in selector");
            entry.Require(value.Length <= LongestName, $"the value must have at most {LongestName} characters");
        }
    }

    private static bool IsName(string text) =>
        text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
