using System.Globalization;

namespace Mesh.Config.Validation.Rules;

/// <summary>Parses what follows a backslash in RE2: single characters and Unicode classes.</summary>
internal static class Re2EscapeSyntax
{
    private const int LargestCodePoint = 0x10FFFF;

    // .NET has these and no scripts, hence clients cannot run \p{Greek}.
    private static readonly HashSet<string> Categories = new(StringComparer.Ordinal)
    {
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co",
    };

    /// <summary>Reads an escape that stands for one character; the position is that of the backslash, and behind the escape afterwards.</summary>
    public static string? Character(ReadOnlySpan<char> pattern, ref int position, out int code)
    {
        var rest = pattern[position..];
        code = 0;
        switch (rest)
        {
            case [_]:
                return "a single \\ at the end";
            case [_, >= '1' and <= '7', >= '0' and <= '7', ..] or [_, '0', ..]:
                code = Octal(rest, ref position);
                return null;
            case [_, >= '1' and <= '9', ..]:
                return $"RE2 has no backreferences (position {position})";
            case [_, 'x', ..]:
                return Hexadecimal(rest, ref position, out code);
            case [_, 'a' or 'f' or 't' or 'n' or 'r' or 'v', ..]:
                code = "\a\f\t\n\r\v"["aftnrv".IndexOf(rest[1], StringComparison.Ordinal)];
                position += 2;
                return null;
            case [_, < (char)128 and var mark, ..] when !char.IsAsciiLetterOrDigit(mark):
                code = mark;
                position += 2;
                return null;
            default:
                return $"RE2 has no escape \\{rest[1]} here (position {position})";
        }
    }

    /// <summary>Reads <c>\pL</c>, <c>\p{Lu}</c> or <c>\P{^Lu}</c>.</summary>
    public static string? Category(ReadOnlySpan<char> pattern, ref int position)
    {
        var rest = pattern[position..];
        var close = rest is [_, _, '{', ..] ? rest.IndexOf('}') : -1;
        var name = close > 0 ? rest[3..close] : rest.Length > 2 ? rest[2..3] : [];
        name = close > 0 && name is ['^', ..] ? name[1..] : name;
        if (!Categories.Contains(name.ToString()))
        {
            return $"\"{name}\" at position {position} is no Unicode category, such as L or Lu (scripts are not supported)";
        }

        position += close > 0 ? close + 1 : 3;
        return null;
    }

    private static int Octal(ReadOnlySpan<char> rest, ref int position)
    {
        var (code, length) = (0, 1);
        for (; length < Math.Min(rest.Length, 4) && rest[length] is >= '0' and <= '7'; length++)
        {
            code = (code * 8) + rest[length] - '0';
        }

        position += length;
        return code;
    }

    private static string? Hexadecimal(ReadOnlySpan<char> rest, ref int position, out int code)
    {
        var close = rest is [_, _, '{', ..] ? rest.IndexOf('}') : -1;
        var digits = close > 0 ? rest[3..close] : rest.Length >= 4 ? rest[2..4] : [];
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code) || code is < 0 or > LargestCodePoint)
        {
            return $"\\x at position {position} needs two hexadecimal digits, or a code point in braces";
        }

        position += close > 0 ? close + 1 : 4;
        return null;
    }
}
