using System.Text;

namespace Mesh.Client.Model;

/// <summary>Rewrites a bracketed character class of RE2; brackets and hyphens inside are escaped, as .NET would subtract classes.</summary>
internal static class Re2CharacterClass
{
    /// <summary>Translates a class whose opening bracket is before <paramref name="position"/> and moves behind the closing one.</summary>
    public static string Translate(string pattern, ref int position)
    {
        var output = new StringBuilder("[");
        if (position < pattern.Length && pattern[position] == '^')
        {
            output.Append('^');
            position++;
        }

        // A closing bracket in first place is a member.
        for (var first = true; position < pattern.Length; first = false)
        {
            if (pattern[position] == ']' && !first)
            {
                position++;
                return output.Append(']').ToString();
            }

            output.Append(Member(pattern, ref position));
        }

        throw new FormatException("missing ]");
    }

    private static string Member(string pattern, ref int position)
    {
        var rest = pattern.AsSpan(position);
        if (rest.StartsWith("[:", StringComparison.Ordinal) && rest.IndexOf(":]", StringComparison.Ordinal) is var end and > 0)
        {
            position += end + 2;
            return Posix(rest[2..end].ToString());
        }

        var current = pattern[position++];
        if (current == '\\')
        {
            return position < pattern.Length
                ? Re2Escape.Translate(pattern, ref position, inClass: true)
                : throw new FormatException("trailing \\");
        }

        return current == '-' && IsBetweenMembers(pattern, position) ? "-" : Re2Escape.Literal(current);
    }

    // A hyphen makes a range only between two members: not after the opening bracket, not before the closing one.
    private static bool IsBetweenMembers(string pattern, int afterHyphen) =>
        afterHyphen < pattern.Length && pattern[afterHyphen] != ']'
        && afterHyphen >= 2 && !IsOpening(pattern, afterHyphen - 2);

    private static bool IsOpening(string pattern, int index) =>
        (pattern[index] == '[' && (index == 0 || pattern[index - 1] != '\\'))
        || (pattern[index] == '^' && index > 0 && pattern[index - 1] == '[');

    private static string Posix(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "^alnum" => @"\u0000-/:-@\u005B-`\u007B-\uFFFF",
        "alpha" => "A-Za-z",
        "^alpha" => @"\u0000-@\u005B-`\u007B-\uFFFF",
        "ascii" => @"\u0000-\u007F",
        "^ascii" => @"\u0080-\uFFFF",
        "blank" => @"\t\u0020",
        "^blank" => @"\u0000-\u0008\u000A-\u001F!-\uFFFF",
        "cntrl" => @"\u0000-\u001F\u007F",
        "^cntrl" => @"\u0020-\u007E\u0080-\uFFFF",
        "digit" => "0-9",
        "^digit" => @"\u0000-/:-\uFFFF",
        "graph" => "!-~",
        "^graph" => @"\u0000-\u0020\u007F-\uFFFF",
        "lower" => "a-z",
        "^lower" => @"\u0000-`\u007B-\uFFFF",
        "print" => @"\u0020-~",
        "^print" => @"\u0000-\u001F\u007F-\uFFFF",
        "punct" => @"!-/:-@\u005B-`\u007B-~",
        "^punct" => @"\u0000-\u00200-9A-Za-z\u007F-\uFFFF",
        "space" => @"\t\n\v\f\r\u0020",
        "^space" => @"\u0000-\u0008\u000E-\u001F!-\uFFFF",
        "upper" => "A-Z",
        "^upper" => @"\u0000-@\u005B-\uFFFF",
        "word" => "0-9A-Za-z_",
        "^word" => @"\u0000-/:-@\u005B-\u005E`\u007B-\uFFFF",
        "xdigit" => "0-9A-Fa-f",
        "^xdigit" => @"\u0000-/:-@G-`g-\uFFFF",
        _ => throw new FormatException($"[:{name}:] is not a class of RE2"),
    };
}
