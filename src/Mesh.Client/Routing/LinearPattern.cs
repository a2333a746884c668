using System.Buffers;
using System.Text.RegularExpressions;
using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>Turns an RE2 pattern into the cheapest test that gives its answer.</summary>
/// <remarks>
/// A regular expression costs about a millisecond and a megabyte to build without backtracking, so most never are:
/// patterns that are only text, or text and <c>.*</c>, become plain comparisons, and the rest wait for their first request.
/// </remarks>
internal static class LinearPattern
{
    private static readonly SearchValues<char> Metacharacters = SearchValues.Create(@"\.+*?()|[]{}^$");

    /// <summary>Either a pattern to be built on demand, or <paramref name="plain"/> when a comparison says the same.</summary>
    public static Lazy<Regex>? Compile(string pattern, bool ignoreCase, out StringMatch? plain)
    {
        plain = Simplify(pattern, ignoreCase);
        return plain is null ? new Lazy<Regex>(() => Build(pattern, ignoreCase)) : null;
    }

    private static StringMatch? Simplify(string pattern, bool ignoreCase)
    {
        var text = pattern.AsSpan();
        if (text.StartsWith("^"))
        {
            text = text[1..];
        }

        if (text.EndsWith("$") && !text.EndsWith(@"\$"))
        {
            text = text[..^1];
        }

        // RE2's dot does not match a newline, but no header or path holds one.
        var open = text.EndsWith(".*") && !text.EndsWith(@"\.*");
        if (open)
        {
            text = text[..^2];
        }

        return text.ContainsAny(Metacharacters)
            ? null
            : new StringMatch(open ? StringMatchKind.Prefix : StringMatchKind.Exact, text.ToString(), ignoreCase);
    }

    private static Regex Build(string pattern, bool ignoreCase) =>
        new(Re2Pattern.ToFullMatch(pattern), Re2Pattern.Options | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
}
