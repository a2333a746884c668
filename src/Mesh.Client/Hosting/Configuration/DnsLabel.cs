namespace Mesh.Client.Hosting.Configuration;

/// <summary>The names that services, namespaces and workloads may have (RFC 1123).</summary>
internal static class DnsLabel
{
    private const int MaxLength = 63;

    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaxLength
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && text[0] != '-'
        && text[^1] != '-';

    /// <summary>The nearest label: <c>My.Shop_Api</c> becomes <c>my-shop-api</c>.</summary>
    public static string Make(string name, string otherwise)
    {
        var label = string.Concat(name.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-'));
        label = label[..Math.Min(label.Length, MaxLength)].Trim('-');
        return label.Length > 0 ? label : otherwise;
    }
}
