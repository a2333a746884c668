using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output.JsonPaths;

/// <summary>Reads paths as kubectl writes them, from a position of a text on.</summary>
internal sealed class JsonPathReader(string text, int start)
{
    private static readonly string[] Comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    /// <summary>Where reading goes on.</summary>
    public int Position { get; set; } = start;

    private char Next => Position < text.Length ? text[Position] : '\0';

    /// <summary>A path, up to what cannot belong to one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public JsonPath ReadPath()
    {
        SkipBlanks();
        var startsAtRoot = Take('$');
        if (!startsAtRoot)
        {
            Take('@');
        }

        var steps = new List<PathStep>();
        var isFirst = true;
        while (true)
        {
            if (Take(".."))
            {
                steps.Add(PathSteps.Descend);
                if (Next is not '[')
                {
                    steps.Add(ReadName());
                }
            }
            else if (Take('.'))
            {
                if (Next is not ('[' or '}' or ')' or ' ' or '\0'))
                {
                    steps.Add(ReadName());
                }
            }
            else if (Take('['))
            {
                steps.Add(ReadBrackets());
            }
            else if (isFirst && !startsAtRoot && IsOfName(Next))
            {
                // kubectl takes a path without its first dot.
                steps.Add(ReadName());
            }
            else
            {
                return new JsonPath(startsAtRoot, steps);
            }

            isFirst = false;
        }
    }

    /// <summary>Quoted text with Go's escapes.</summary>
    public string ReadQuoted()
    {
        var quote = text[Position++];
        var read = new StringBuilder();
        while (Next != quote)
        {
            if (Position >= text.Length)
            {
                throw new FormatException($"expected a closing {quote}, got the end");
            }

            read.Append(Take('\\') ? ReadEscape() : text[Position++].ToString());
        }

        Position++;
        return read.ToString();
    }

    public void SkipBlanks()
    {
        while (char.IsWhiteSpace(Next))
        {
            Position++;
        }
    }

    private static bool IsOfName(char character) => character is '*' or '_' or '-' or '/' or '\\' || char.IsLetterOrDigit(character);

    private PathStep ReadName()
    {
        if (Take('*'))
        {
            return PathSteps.All;
        }

        var name = new StringBuilder();
        while (IsOfName(Next))
        {
            // A dot of a name is written behind a backslash.
            Take('\\');
            name.Append(Position < text.Length ? text[Position++] : throw new FormatException("expected a character behind the backslash, got the end"));
        }

        return name.Length > 0 ? PathSteps.Fields([name.ToString()]) : throw new FormatException($"expected a name at {Position + 1}, got {Describe()}");
    }

    private PathStep ReadBrackets()
    {
        SkipBlanks();
        var step = Take("?(") ? ReadFilter() : Next is '\'' or '"' ? PathSteps.Fields(ReadList(() => Next is '\'' or '"' ? ReadQuoted() : throw new FormatException("expected a quoted name"))) : ReadPositions();
        SkipBlanks();
        return Take(']') ? step : throw new FormatException($"expected ] at {Position + 1}, got {Describe()}");
    }

    private PathStep ReadPositions()
    {
        if (Take('*'))
        {
            return PathSteps.All;
        }

        var first = ReadNumber();
        if (Take(':'))
        {
            var to = ReadNumber();
            return PathSteps.Slice(first, to, Take(':') ? ReadNumber() : null);
        }

        var positions = new List<int> { first ?? throw new FormatException($"expected a position, *, a quoted name or a filter in [ ] at {Position + 1}, got {Describe()}") };
        while (Take(','))
        {
            SkipBlanks();
            positions.Add(ReadNumber() ?? throw new FormatException($"expected a position at {Position + 1}, got {Describe()}"));
        }

        return PathSteps.Items(positions);
    }

    private PathStep ReadFilter()
    {
        var left = ReadPath();
        SkipBlanks();
        var comparison = Comparisons.FirstOrDefault(Take);
        var step = PathSteps.Filter(left, comparison ?? "", comparison is null ? null : ReadOperand());
        SkipBlanks();
        return Take(')') ? step : throw new FormatException($"expected ) at {Position + 1}, got {Describe()}");
    }

    private Func<JsonNode?, JsonNode?, JsonNode?> ReadOperand()
    {
        SkipBlanks();
        if (Next is '@' or '$' or '.')
        {
            var path = ReadPath();
            return (root, current) => path.Of(root, current).FirstOrDefault();
        }

        var literal = Next is '\'' or '"' ? JsonValue.Create(ReadQuoted()) : ReadWord();
        return (_, _) => literal;
    }

    private JsonValue ReadWord()
    {
        var begin = Position;
        while (Next is not (')' or ' ' or '\0'))
        {
            Position++;
        }

        var word = text[begin..Position];
        return double.TryParse(word, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
            : bool.TryParse(word, out var flag) ? JsonValue.Create(flag)
            : throw new FormatException($"expected a number, true, false, a path or quoted text, got '{word}'");
    }

    private List<T> ReadList<T>(Func<T> read)
    {
        var list = new List<T>();
        do
        {
            SkipBlanks();
            list.Add(read());
            SkipBlanks();
        }
        while (Take(','));
        return list;
    }

    private int? ReadNumber()
    {
        var begin = Position;
        Take('-');
        while (char.IsAsciiDigit(Next))
        {
            Position++;
        }

        return int.TryParse(text.AsSpan(begin, Position - begin), CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private string ReadEscape()
    {
        if (Position >= text.Length)
        {
            throw new FormatException("expected a character behind the backslash, got the end");
        }

        var kind = text[Position++];
        return kind switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'x' => Hexadecimal(2),
            'u' => Hexadecimal(4),
            _ => kind.ToString(),
        };
    }

    private string Hexadecimal(int digits)
    {
        if (Position + digits > text.Length || !ushort.TryParse(text.AsSpan(Position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw new FormatException($"expected {digits} hexadecimal digits at {Position + 1}");
        }

        Position += digits;
        return ((char)code).ToString();
    }

    private string Describe() => Position < text.Length ? $"'{text[Position]}'" : "the end";

    private bool Take(char expected)
    {
        var isThere = Next == expected && Position < text.Length;
        Position += isThere ? 1 : 0;
        return isThere;
    }

    private bool Take(string expected)
    {
        var isThere = string.CompareOrdinal(text, Position, expected, 0, expected.Length) == 0;
        Position += isThere ? expected.Length : 0;
        return isThere;
    }
}
