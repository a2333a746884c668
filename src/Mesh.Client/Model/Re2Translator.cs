using System.Globalization;
using System.Text;

namespace Mesh.Client.Model;

/// <summary>Rewrites one RE2 pattern as a .NET pattern, character by character.</summary>
internal sealed class Re2Translator
{
    private const int MaxRepeat = 1000;

    private readonly string _pattern;
    private readonly StringBuilder _output;
    private readonly Stack<bool> _outerMultiline = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _position;
    private bool _multiline;

    private Re2Translator(string pattern)
    {
        _pattern = pattern;
        _output = new StringBuilder(pattern.Length + 16);
    }

    /// <summary>The same pattern for .NET.</summary>
    /// <exception cref="FormatException">The pattern uses what RE2 does not have.</exception>
    public static string Translate(string pattern)
    {
        var translator = new Re2Translator(pattern);
        while (translator._position < pattern.Length)
        {
            translator.Next();
        }

        return translator._output.ToString();
    }

    private void Next()
    {
        var current = _pattern[_position++];
        switch (current)
        {
            case '\\':
                Escape();
                break;
            case '[':
                _output.Append(Re2CharacterClass.Translate(_pattern, ref _position));
                break;
            case '(':
                OpenGroup();
                break;
            case ')':
                _multiline = _outerMultiline.Count > 0 ? _outerMultiline.Pop() : throw new FormatException("unexpected )");
                _output.Append(')');
                break;
            case '{':
                Repeat();
                break;
            case '$':
                // Outside of multi-line mode RE2's $ is the end of the text, .NET's is also the place before a last line feed.
                _output.Append(_multiline ? "$" : @"\z");
                break;
            case '}' or ']' or '#' or ' ':
                _output.Append('\\').Append(current);
                break;
            default:
                _output.Append(current);
                break;
        }
    }

    private void Escape()
    {
        if (_position == _pattern.Length)
        {
            throw new FormatException("trailing \\");
        }

        var current = _pattern[_position];
        switch (current)
        {
            case 'Q':
                Quote();
                return;
            case 'A' or 'z' or 'b' or 'B':
                // \b differs only beside letters outside of ASCII.
                _position++;
                _output.Append('\\').Append(current);
                return;
        }

        _output.Append(Re2Escape.Translate(_pattern, ref _position, inClass: false));
    }

    private void Quote()
    {
        _position++;
        var end = _pattern.IndexOf(@"\E", _position, StringComparison.Ordinal);
        var literal = end < 0 ? _pattern[_position..] : _pattern[_position..end];
        foreach (var character in literal)
        {
            _output.Append(Re2Escape.Literal(character));
        }

        _position = end < 0 ? _pattern.Length : end + 2;
    }

    private void OpenGroup()
    {
        if (_position == _pattern.Length || _pattern[_position] != '?')
        {
            Enter("(");
            return;
        }

        _position++;
        var rest = _pattern.AsSpan(_position);
        if (rest.StartsWith("P<", StringComparison.Ordinal))
        {
            NamedGroup(2);
        }
        else if (rest.Length > 1 && rest[0] == '<' && rest[1] is not ('=' or '!'))
        {
            NamedGroup(1);
        }
        else
        {
            FlagGroup();
        }
    }

    private void NamedGroup(int prefix)
    {
        var start = _position + prefix;
        var end = _pattern.IndexOf('>', start);
        var name = end < 0 ? "" : _pattern[start..end];
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
        {
            throw new FormatException("invalid group name");
        }

        if (!_names.Add(name))
        {
            throw new FormatException($"group name {name} is used twice");
        }

        // .NET numbers named groups after all others, RE2 in order: so they lose their name.
        _position = end + 1;
        Enter("(");
    }

    private void FlagGroup()
    {
        var flags = new StringBuilder();
        var (on, multiline) = (true, _multiline);
        for (; _position < _pattern.Length; _position++)
        {
            var flag = _pattern[_position];
            switch (flag)
            {
                case '-' when on:
                    on = false;
                    break;
                case 'm':
                    multiline = on;
                    break;
                case 'i' or 's':
                    break;
                case ')' when flags.Length > 0:
                    _position++;
                    _multiline = multiline;
                    _output.Append("(?").Append(flags).Append(')');
                    return;
                case ':':
                    _position++;
                    Enter($"(?{flags}:");
                    _multiline = multiline;
                    return;
                case 'U':
                    throw new FormatException("the flag U (ungreedy) is not supported");
                default:
                    throw new FormatException($"invalid or unsupported group (?{flag} (RE2 has no lookaround, atomic or conditional groups)");
            }

            flags.Append(flag);
        }

        throw new FormatException("missing )");
    }

    private void Enter(string opening)
    {
        _outerMultiline.Push(_multiline);
        _output.Append(opening);
    }

    private void Repeat()
    {
        var end = _pattern.IndexOf('}', _position);
        var body = end < 0 ? "" : _pattern[_position..end];
        var comma = body.IndexOf(',', StringComparison.Ordinal);
        var minimum = comma < 0 ? body : body[..comma];
        var maximum = comma < 0 ? "" : body[(comma + 1)..];
        if (minimum.Length == 0 || !minimum.All(char.IsAsciiDigit) || !maximum.All(char.IsAsciiDigit))
        {
            _output.Append(@"\{");
            return;
        }

        if (Exceeds(minimum) || Exceeds(maximum))
        {
            throw new FormatException($"a repeat count may be at most {MaxRepeat}");
        }

        _output.Append('{').Append(body).Append('}');
        _position = end + 1;
    }

    private static bool Exceeds(string count) =>
        count.Length > 0 && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxRepeat);
}
