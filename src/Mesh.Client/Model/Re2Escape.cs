using System.Globalization;

namespace Mesh.Client.Model;

/// <summary>Rewrites the escapes of RE2: Perl classes are ASCII, codes become .NET's, letters without a meaning are refused.</summary>
internal static class Re2Escape
{
    /// <summary>Translates what follows a backslash at <paramref name="position"/> and moves behind it.</summary>
    public static string Translate(string pattern, ref int position, bool inClass)
    {
        var current = pattern[position++];
        return current switch
        {
            'd' or 'D' or 's' or 'S' or 'w' or 'W' => PerlClass(current, inClass),
            'a' or 'f' or 't' or 'n' or 'r' or 'v' => $"\\{current}",
            'x' => Hexadecimal(pattern, ref position, inClass),
            >= '0' and <= '9' => Octal(current, pattern, ref position),
            'p' or 'P' => Category(current, pattern, ref position),
            _ when char.IsAsciiLetter(current) => throw new FormatException($"\\{current} is not an escape of RE2"),
            _ => Literal(current),
        };
    }

    /// <summary>A character that stands for itself, inside and outside of a class.</summary>
    public static string Literal(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '_' or > '\u007f' ? character.ToString() : Unit(character);

    private static string Unit(int unit) => $"\\u{unit:X4}";

    private static string PerlClass(char name, bool inClass)
    {
        var members = name switch
        {
            'd' => "0-9",
            'D' => @"\u0000-/:-\uFFFF",
            's' => @"\t\n\f\r\u0020",
            'S' => @"\u0000-\u0008\u000B\u000E-\u001F!-\uFFFF",
            'w' => "0-9A-Za-z_",
            _ => @"\u0000-/:-@\u005B-\u005E`\u007B-\uFFFF",
        };
        return inClass ? members : $"[{members}]";
    }

    private static string Hexadecimal(string pattern, ref int position, bool inClass)
    {
        var braced = position < pattern.Length && pattern[position] == '{';
        var end = braced ? pattern.IndexOf('}', position) : position + 2;
        var start = braced ? position + 1 : position;
        if (end < start || end > pattern.Length
            || !int.TryParse(pattern.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw new FormatException("\\x needs two hexadecimal digits, or a code point in braces");
        }

        position = braced ? end + 1 : end;
        return CodePoint(code, inClass);
    }

    private static string CodePoint(int code, bool inClass)
    {
        if (code <= char.MaxValue)
        {
            return Unit(code);
        }

        return inClass
            ? throw new FormatException("code points above U+FFFF are not supported in a character class")
            : $"(?:{Unit(0xD800 + ((code - 0x10000) >> 10))}{Unit(0xDC00 + ((code - 0x10000) & 0x3FF))})";
    }

    private static string Octal(char first, string pattern, ref int position)
    {
        var nextIsOctal = position < pattern.Length && IsOctal(pattern[position]);
        if (!IsOctal(first) || (first != '0' && !nextIsOctal))
        {
            throw new FormatException($"\\{first} is a backreference, which RE2 does not have");
        }

        var code = first - '0';
        for (var digits = 1; digits < 3 && position < pattern.Length && IsOctal(pattern[position]); digits++)
        {
            code = (code * 8) + pattern[position++] - '0';
        }

        return Unit(code);
    }

    private static bool IsOctal(char character) => character is >= '0' and <= '7';

    private static string Category(char sign, string pattern, ref int position)
    {
        var braced = position < pattern.Length && pattern[position] == '{';
        var end = braced ? pattern.IndexOf('}', position) : position + 1;
        var start = braced ? position + 1 : position;
        if (end <= start || end > pattern.Length)
        {
            throw new FormatException($"\\{sign} needs the name of a Unicode class");
        }

        var name = pattern[start..end];
        position = braced ? end + 1 : end;
        if (name[0] == '^')
        {
            (sign, name) = (sign == 'p' ? 'P' : 'p', name[1..]);
        }

        return name.All(char.IsAsciiLetter) ? $"\\{sign}{{{name}}}" : throw new FormatException($"{name} is not a Unicode class");
    }
}
