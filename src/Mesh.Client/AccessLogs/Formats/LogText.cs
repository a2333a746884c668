using System.Globalization;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>A line that is being written, in memory that is used again for later lines.</summary>
/// <param name="limit">Longest line, in characters; the rest is left out.</param>
internal sealed class LogText(int limit)
{
    private const int UsualLength = 512;

    private char[] _buffer = new char[UsualLength];

    public int Length { get; private set; }

    /// <summary>The memory that it holds, in bytes.</summary>
    public int Size => _buffer.Length * sizeof(char);

    public ReadOnlySpan<char> Span => _buffer.AsSpan(0, Length);

    /// <summary>Whether it has grown so much that it is not worth keeping.</summary>
    public bool IsLarge => _buffer.Length > UsualLength * 4;

    public void Clear() => Length = 0;

    public void Append(char character)
    {
        if (Reserve(1) > 0)
        {
            _buffer[Length++] = character;
        }
    }

    public void Append(ReadOnlySpan<char> text)
    {
        var fitting = Reserve(text.Length);
        text[..fitting].CopyTo(_buffer.AsSpan(Length));
        Length += fitting;
    }

    /// <summary>What comes from outside cannot start a line of its own.</summary>
    public void AppendForeign(ReadOnlySpan<char> text)
    {
        var start = Length;
        Append(text);
        var added = _buffer.AsSpan(start, Length - start);
        if (added.ContainsAnyInRange('\0', '\u001f'))
        {
            foreach (ref var character in added)
            {
                character = char.IsControl(character) ? '_' : character;
            }
        }
    }

    public void Append(long number)
    {
        Span<char> digits = stackalloc char[20];
        number.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        Append(digits[..count]);
    }

    /// <summary>Envoy's default: ISO 8601 in UTC, with milliseconds.</summary>
    public void Append(DateTimeOffset time)
    {
        Span<char> text = stackalloc char[24];
        var utc = time.UtcDateTime;
        Write(text, 0, utc.Year, 4);
        text[4] = text[7] = '-';
        Write(text, 5, utc.Month, 2);
        Write(text, 8, utc.Day, 2);
        text[10] = 'T';
        Write(text, 11, utc.Hour, 2);
        text[13] = text[16] = ':';
        Write(text, 14, utc.Minute, 2);
        Write(text, 17, utc.Second, 2);
        text[19] = '.';
        Write(text, 20, utc.Millisecond, 3);
        text[23] = 'Z';
        Append(text);
    }

    /// <summary>Leaves a number of characters of what was written since a position.</summary>
    public void Cut(int start, int length) => Length = Math.Min(Length, start + length);

    private static void Write(Span<char> text, int start, int value, int digits)
    {
        for (var index = start + digits - 1; index >= start; index--)
        {
            text[index] = (char)('0' + (value % 10));
            value /= 10;
        }
    }

    /// <summary>How many of so many characters fit.</summary>
    private int Reserve(int count)
    {
        var fitting = Math.Min(count, limit - Length);
        if (Length + fitting > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(limit, Math.Max(Length + fitting, _buffer.Length * 2)));
        }

        return fitting;
    }
}
