namespace Mesh.Config.Validation.Rules;

/// <summary>Cuts an expression of CEL into its words.</summary>
internal ref struct CelTokens(string text)
{
    private static readonly string[] Operators =
        ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    };

    private readonly ReadOnlySpan<char> _text = text;
    private int _start;
    private int _end;

    public CelToken Kind { get; private set; }

    public readonly ReadOnlySpan<char> Text => _text[_start.._end];

    public readonly bool IsWord(string word) => Kind == CelToken.Name && Text.SequenceEqual(word);

    public void Next()
    {
        _start = _end;
        while (_start < _text.Length && (char.IsWhiteSpace(_text[_start]) || _text[_start..].StartsWith("//")))
        {
            var comment = char.IsWhiteSpace(_text[_start]) ? 1 : _text[_start..].IndexOf('\n');
            _start = comment < 0 ? _text.Length : _start + Math.Max(comment, 1);
        }

        _end = _start;
        if (_start == _text.Length)
        {
            Kind = CelToken.End;
            return;
        }

        var rest = _text[_start..];
        if (TextLength(rest) is > 0 and var length)
        {
            (Kind, _end) = (CelToken.Text, _start + length);
        }
        else if (char.IsAsciiLetter(rest[0]) || rest[0] == '_')
        {
            (Kind, _end) = (CelToken.Name, _start + Length(rest, static character => char.IsAsciiLetterOrDigit(character) || character == '_'));
        }
        else if (char.IsAsciiDigit(rest[0]) || (rest is ['.', var digit, ..] && char.IsAsciiDigit(digit)))
        {
            (Kind, _end) = (CelToken.Number, _start + NumberLength(rest));
        }
        else
        {
            (Kind, _end) = (CelToken.Operator, _start + OperatorLength(rest));
        }
    }

    /// <summary>Goes on when the operator is here.</summary>
    public bool Take(string symbol)
    {
        if (Kind != CelToken.Operator || !Text.SequenceEqual(symbol))
        {
            return false;
        }

        Next();
        return true;
    }

    public void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw new FormatException(Describe(symbol));
        }
    }

    public void ExpectName()
    {
        if (Kind != CelToken.Name || Reserved.Contains(Text.ToString()))
        {
            throw new FormatException(Describe("a value or a name"));
        }

        Next();
    }

    public readonly string Describe(string expected) =>
        $"expected {expected} at position {_start}, found {(Kind == CelToken.End ? "the end" : Text.ToString())}";

    private readonly int OperatorLength(ReadOnlySpan<char> rest)
    {
        foreach (var symbol in Operators)
        {
            if (rest.StartsWith(symbol))
            {
                return symbol.Length;
            }
        }

        throw new FormatException($"unexpected {rest[0]} at position {_start}");
    }

    /// <summary>The length of a quoted text with its prefixes (r for raw, b for bytes); 0 when there is none here.</summary>
    private readonly int TextLength(ReadOnlySpan<char> rest)
    {
        var prefix = Length(rest, static character => character is 'r' or 'R' or 'b' or 'B');
        if (prefix > 2 || prefix >= rest.Length || rest[prefix] is not ('"' or '\''))
        {
            return 0;
        }

        var raw = rest[..prefix].ContainsAny('r', 'R');
        var quote = rest[prefix..];
        var length = quote.Length >= 3 && quote[1] == quote[0] && quote[2] == quote[0] ? 3 : 1;
        var end = quote[..length];
        for (var position = length; position + length <= quote.Length; position++)
        {
            if (quote[position..].StartsWith(end))
            {
                return prefix + position + length;
            }

            if (length == 1 && quote[position] == '\n')
            {
                break;
            }

            position += !raw && quote[position] == '\\' ? 1 : 0;
        }

        throw new FormatException($"the text that begins at position {_start} has no end");
    }

    private static int NumberLength(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("0x") || rest.StartsWith("0X"))
        {
            var digits = 2 + Length(rest[2..], char.IsAsciiHexDigit);
            return digits + (rest[digits..] is ['u' or 'U', ..] ? 1 : 0);
        }

        var length = Length(rest, char.IsAsciiDigit);
        if (rest[length..] is ['.', var first, ..] && char.IsAsciiDigit(first))
        {
            length += 1 + Length(rest[(length + 1)..], char.IsAsciiDigit);
        }

        if (rest[length..] is ['e' or 'E', ..])
        {
            var sign = length + 1 < rest.Length && rest[length + 1] is '+' or '-' ? 2 : 1;
            length += sign + Length(rest[Math.Min(length + sign, rest.Length)..], char.IsAsciiDigit);
        }

        return Math.Min(length, rest.Length) + (length < rest.Length && rest[length] is 'u' or 'U' ? 1 : 0);
    }

    private static int Length(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs(text[length]))
        {
            length++;
        }

        return length;
    }
}
