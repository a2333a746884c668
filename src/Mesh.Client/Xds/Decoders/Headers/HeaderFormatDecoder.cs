using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders.Headers;

/// <summary>Takes a header value apart as Envoy does: <c>%%</c> is a percent sign, <c>%NAME%</c>, <c>%NAME(argument)%</c> and <c>%NAME(argument):length%</c> are variables.</summary>
internal ref struct HeaderFormatDecoder
{
    private readonly string _text;
    private readonly DecodeErrors _errors;
    private readonly ImmutableArray<FormatSegment>.Builder _segments;
    private readonly StringBuilder _literal;

    private HeaderFormatDecoder(string text, DecodeErrors errors)
    {
        (_text, _errors) = (text, errors);
        _segments = ImmutableArray.CreateBuilder<FormatSegment>();
        _literal = new StringBuilder();
    }

    /// <summary>Null, with the reason added, when it cannot be read or asks for a variable that Envoy does not have.</summary>
    public static HeaderFormat? Decode(string text, DecodeErrors errors)
    {
        if (text.Any(character => character is '\x7f' or (< ' ' and not '\t')))
        {
            errors.Add("the value holds a control character");
            return null;
        }

        return text.Contains('%', StringComparison.Ordinal) ? new HeaderFormatDecoder(text, errors).Decode() : HeaderFormat.Text(text);
    }

    private readonly HeaderFormat? Decode()
    {
        var position = 0;
        while (position < _text.Length)
        {
            if (_text[position] != '%')
            {
                _literal.Append(_text[position++]);
            }
            else if (position + 1 < _text.Length && _text[position + 1] == '%')
            {
                _literal.Append('%');
                position += 2;
            }
            else if (!Variable(ref position))
            {
                return null;
            }
        }

        EndLiteral();
        return new HeaderFormat(_segments.ToImmutable());
    }

    private readonly void EndLiteral()
    {
        if (_literal.Length > 0)
        {
            _segments.Add(new FormatSegment(FormatVariable.Text, _literal.ToString()));
            _literal.Clear();
        }
    }

    /// <summary>Reads from the percent sign to the one that ends it.</summary>
    private readonly bool Variable(ref int position)
    {
        var start = position++;
        var end = position;
        while (end < _text.Length && (char.IsAsciiLetterUpper(_text[end]) || char.IsAsciiDigit(_text[end]) || _text[end] == '_'))
        {
            end++;
        }

        var name = _text[position..end];
        position = end;
        var argument = "";
        if (name.Length > 0 && position < _text.Length && _text[position] == '(')
        {
            var close = _text.IndexOf(')', position);
            if (close < 0)
            {
                return Malformed(start);
            }

            argument = _text[(position + 1)..close];
            position = close + 1;
        }

        if (name.Length == 0 || !Length(ref position, out var length) || position >= _text.Length || _text[position] != '%')
        {
            return Malformed(start);
        }

        position++;
        if (FormatVariables.Decode(name, argument, _errors) is not { } segment)
        {
            return false;
        }

        EndLiteral();
        _segments.Add(length is null ? segment : segment with { MaxLength = length });
        return true;
    }

    private readonly bool Length(ref int position, out int? length)
    {
        length = null;
        if (position >= _text.Length || _text[position] != ':')
        {
            return true;
        }

        var start = ++position;
        while (position < _text.Length && char.IsAsciiDigit(_text[position]))
        {
            position++;
        }

        if (!int.TryParse(_text.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        length = value;
        return true;
    }

    private readonly bool Malformed(int position)
    {
        _errors.Add($"'{_text}': the % at position {position} starts no variable; write %% for a percent sign");
        return false;
    }
}
