using System.Globalization;

namespace Mesh.Config.Objects.Patches;

/// <summary>JSON pointers (RFC 6901): reading their tokens and the list positions that tokens name.</summary>
internal static class JsonPointer
{
    /// <summary>The token that stands for the place after a list's last item.</summary>
    public const string End = "-";

    /// <summary>The unescaped tokens; none for the whole document.</summary>
    /// <exception cref="PatchException">Not a pointer.</exception>
    public static string[] Parse(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }

        if (pointer[0] != '/')
        {
            throw Malformed(pointer, "a pointer is empty or begins with /");
        }

        return [.. pointer[1..].Split('/').Select(token => Unescape(token, pointer))];
    }

    /// <summary>The position in a list of <paramref name="count"/> items; null unless it is a plain number below <paramref name="count"/>.</summary>
    public static int? Index(string token, int count) =>
        // RFC 6901 section 4: digits only, no leading zero.
        token.Length > 0
        && token.All(char.IsAsciiDigit)
        && (token.Length == 1 || token[0] != '0')
        && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && index < count
            ? index
            : null;

    private static string Unescape(string token, string pointer)
    {
        for (var at = token.IndexOf('~', StringComparison.Ordinal); at >= 0; at = token.IndexOf('~', at + 1))
        {
            if (at + 1 == token.Length || token[at + 1] is not ('0' or '1'))
            {
                throw Malformed(pointer, "~ stands only in ~0 (for ~) and ~1 (for /)");
            }
        }

        // In this order, so that ~01 becomes ~1 and not / (RFC 6901 section 4).
        return token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }

    private static PatchException Malformed(string pointer, string rule) =>
        new(PatchFailure.Malformed, pointer, $"\"{pointer}\" is not a JSON pointer: {rule}");
}
