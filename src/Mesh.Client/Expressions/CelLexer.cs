using System.Globalization;
using System.Text;

namespace Mesh.Client.Expressions;

/// <summary>Cuts an expression into its pieces.</summary>
internal sealed class CelLexer(string source)
{
    private static readonly string[] Signs = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "?", ":", "(", ")", "[", "]", ".", ",", "+", "-", "*", "/", "%"];

    private int _position;

    /// <exception cref="FormatException">A piece is not one of the language.</exception>
    public List<CelToken> ReadAll()
    {
        var tokens = new List<CelToken>();
        do
        {
            tokens.Add(Read());
        }
        while (tokens[^1].Kind is not CelTokenKind.End);
        return tokens;
    }

    private CelToken Read()
    {
        while (_position < source.Length && char.IsWhiteSpace(source[_position]))
        {
            _position++;
        }

        if (_position == source.Length)
        {
            return new(CelTokenKind.End, "", _position);
        }

        var start = source[_position];
        return start is '"' or '\'' ? ReadText(isRaw: false)
            : start is 'r' or 'R' && _position + 1 < source.Length && source[_position + 1] is '"' or '\'' ? ReadText(isRaw: true)
            : char.IsAsciiDigit(start) ? ReadNumber()
            : char.IsAsciiLetter(start) || start == '_' ? ReadName()
            : ReadSign();
    }

    private CelToken ReadName()
    {
        var start = _position;
        while (_position < source.Length && (char.IsAsciiLetterOrDigit(source[_position]) || source[_position] == '_'))
        {
            _position++;
        }

        return new(CelTokenKind.Name, source[start.._position], start);
    }

    private CelToken ReadNumber()
    {
        var start = _position;
        while (_position < source.Length && (char.IsAsciiLetterOrDigit(source[_position]) || IsPoint()))
        {
            _position++;
        }

        var text = source[start.._position].TrimEnd('u', 'U');
        return text.Contains('.', StringComparison.Ordinal) || (text.Contains('e', StringComparison.OrdinalIgnoreCase) && !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            ? new(CelTokenKind.Double, text, start)
            : new(CelTokenKind.Int, text, start);

        bool IsPoint() => source[_position] == '.' && _position + 1 < source.Length && char.IsAsciiDigit(source[_position + 1]);
    }

    private CelToken ReadText(bool isRaw)
    {
        var start = _position;
        _position += isRaw ? 1 : 0;
        var quote = source[_position++];
        var text = new StringBuilder();
        while (_position < source.Length && source[_position] != quote)
        {
            text.Append(source[_position] == '\\' && !isRaw ? ReadEscape() : source[_position++]);
        }

        if (_position == source.Length)
        {
            throw new FormatException($"the text that begins at {start} has no end: expected {quote}");
        }

        _position++;
        return new(CelTokenKind.Text, text.ToString(), start);
    }

    private char ReadEscape()
    {
        var start = _position++;
        if (_position == source.Length)
        {
            throw new FormatException($"nothing follows the escape at {start}");
        }

        var letter = source[_position++];
        switch (letter)
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case '\\' or '\'' or '"' or '`' or '?': return letter;
            case 'x' or 'u':
                var digits = letter == 'x' ? 2 : 4;
                if (_position + digits > source.Length || !int.TryParse(source.AsSpan(_position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    throw new FormatException($"expected {digits} hexadecimal digits after the escape at {start}");
                }

                _position += digits;
                return (char)code;
            default: throw new FormatException($"'\\{letter}' at {start} is no escape of CEL");
        }
    }

    private CelToken ReadSign()
    {
        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(source, _position, sign, 0, sign.Length) == 0)
            {
                _position += sign.Length;
                return new(CelTokenKind.Sign, sign, _position - sign.Length);
            }
        }

        throw new FormatException($"'{source[_position]}' at {_position} is no sign of CEL");
    }
}
