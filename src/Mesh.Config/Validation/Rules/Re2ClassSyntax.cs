namespace Mesh.Config.Validation.Rules;

/// <summary>Parses a character class of RE2, as Go's <c>regexp/syntax</c> does.</summary>
internal static class Re2ClassSyntax
{
    private static readonly HashSet<string> PosixNames = new(StringComparer.Ordinal)
    {
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit",
    };

    /// <summary>Reads a class whose opening bracket is at the position, and goes behind its closing one.</summary>
    public static string? Read(ReadOnlySpan<char> pattern, ref int position)
    {
        var start = position++;
        position += pattern[position..] is ['^', ..] ? 1 : 0;

        // A ] right at the start is a literal.
        for (var first = true; position < pattern.Length && (first || pattern[position] != ']'); first = false)
        {
            if (Member(pattern, ref position) is { } error)
            {
                return error;
            }
        }

        return position++ < pattern.Length ? null : $"missing ] for the [ at position {start}";
    }

    private static string? Member(ReadOnlySpan<char> pattern, ref int position)
    {
        var rest = pattern[position..];
        if (rest.StartsWith("[:") && rest[2..].IndexOf(":]") is var length and >= 0)
        {
            var name = rest.Slice(2, length);
            position += length + 4;
            return PosixNames.Contains((name is ['^', ..] ? name[1..] : name).ToString()) ? null : $"there is no class [:{name}:]";
        }

        switch (rest)
        {
            case ['\\', 'd' or 'D' or 's' or 'S' or 'w' or 'W', ..]:
                position += 2;
                return null;
            case ['\\', 'p' or 'P', ..]:
                return Re2EscapeSyntax.Category(pattern, ref position);
        }

        var start = position;
        var error = Character(pattern, ref position, out var low);
        if (error is not null || pattern[position..] is not ['-', not ']', ..])
        {
            return error;
        }

        position++;
        error = Character(pattern, ref position, out var high);
        return error ?? (low <= high ? null : $"bad character range {pattern[start..position]} at position {start}");
    }

    private static string? Character(ReadOnlySpan<char> pattern, ref int position, out int code)
    {
        if (pattern[position] != '\\')
        {
            code = pattern[position++];
            return null;
        }

        return Re2EscapeSyntax.Character(pattern, ref position, out code)
            ?? (code <= char.MaxValue ? null : "code points above U+FFFF are not supported in a character class");
    }
}
