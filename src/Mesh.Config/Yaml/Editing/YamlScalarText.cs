using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mesh.Config.Yaml.Editing;

/// <summary>Chooses how a string is written: plain where every YAML reader takes it for that string, else in quotes or as a literal block.</summary>
internal static class YamlScalarText
{
    // No more than every reader takes for itself: YamlDotNet, for one, stumbles over some indicators inside a plain word.
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _./@+~^,()-:=*$;<");
    private static readonly SearchValues<char> FirstOfPlain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+(^$");

    // Times and base-60 numbers of YAML 1.1 are made of these.
    private static readonly SearchValues<char> OfTime = SearchValues.Create("0123456789-:.+TtZz _");

    /// <summary>In one line.</summary>
    public static string Quote(string text) => IsPlain(text) ? text : IsPrintable(text) ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : Escape(text);

    /// <summary>As lines of a literal block, which only a text of several lines deserves.</summary>
    public static bool TryLiteral(string text, out string header, out string[] lines)
    {
        header = text.EndsWith('\n') ? "|" : "|-";
        lines = [];

        // A first line with a blank in front would need an indicator, and blank lines at the end belong to whoever reads the next line.
        if (!text.Contains('\n', StringComparison.Ordinal) || text[0] is ' ' or '\t' or '\n' || text.EndsWith("\n\n", StringComparison.Ordinal))
        {
            return false;
        }

        lines = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        return Array.TrueForAll(lines, line => IsPrintable(line) && !(line.Length > 0 && string.IsNullOrWhiteSpace(line)));
    }

    private static bool IsPlain(string text) =>
        text.Length > 0
        && FirstOfPlain.Contains(text[0])
        && !text.AsSpan().ContainsAnyExcept(Plain)
        && text[^1] is not (' ' or ':')
        && !text.Contains(": ", StringComparison.Ordinal)
        && text != "..."
        && YamlScalar.Resolve(text) == YamlScalarKind.String
        && !LooksLikeTime(text);

    private static bool LooksLikeTime(string text) =>
        char.IsAsciiDigit(text[0]) && text.AsSpan().ContainsAny('-', ':') && !text.AsSpan().ContainsAnyExcept(OfTime);

    /// <summary>Whether every reader takes the characters as they are, in one line.</summary>
    private static bool IsPrintable(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (char.IsSurrogate(character))
            {
                if (!char.IsHighSurrogate(character) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]))
                {
                    return false;
                }

                index++;
            }
            else if ((char.IsControl(character) && character != '\t') || character is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF')
            {
                return false;
            }
        }

        return true;
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder("\"", text.Length + 2);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append(@"\\"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                >= ' ' and < 0x7F => escaped.Append((char)rune.Value),
                > 0xFFFF => escaped.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
                _ when Rune.IsLetterOrDigit(rune) => escaped.Append((char)rune.Value),
                _ => escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
            };
        }

        return escaped.Append('"').ToString();
    }
}
