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
        if (rest.StartsWith("[:", StringComparison.Ordinal) && rest[2..].IndexOf(":]", StringComparison.Ordinal) is var length and >= 0)
        {
            position += length + 4;
            return Posix(rest.Slice(2, length).ToString());
        }

        if (IsClassEscape(rest))
        {
            position++;
            return Re2Escape.Translate(pattern, ref position, inClass: true);
        }

        // A hyphen makes a range only between two characters: not at an end of the class, not beside a range or a class.
        var low = Character(pattern, ref position);
        if (pattern.AsSpan(position) is not ['-', not ']', ..])
        {
            return low;
        }

        position++;
        return $"{low}-{Character(pattern, ref position)}";
    }

    private static string Character(string pattern, ref int position)
    {
        if (IsClassEscape(pattern.AsSpan(position)))
        {
            throw new FormatException("a class cannot be the end of a range");
        }

        var current = pattern[position++];
        if (current != '\\')
        {
            return Re2Escape.Literal(current);
        }

        return position < pattern.Length ? Re2Escape.Translate(pattern, ref position, inClass: true) : throw new FormatException("trailing \\");
    }

    private static bool IsClassEscape(ReadOnlySpan<char> text) => text is ['\\', 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'p' or 'P', ..];

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
