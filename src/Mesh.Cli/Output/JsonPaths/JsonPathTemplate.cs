using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output.JsonPaths;

/// <summary>A template of <c>-o jsonpath=</c> as kubectl has it: text, <c>{paths}</c>, <c>{"text"}</c> and <c>{range path}…{end}</c>.</summary>
internal sealed class JsonPathTemplate
{
    private const string Range = "range";
    private const string End = "end";

    private readonly TemplatePart[] _parts;

    private JsonPathTemplate(TemplatePart[] parts) => _parts = parts;

    /// <exception cref="FormatException">It is no template; the message says why.</exception>
    public static JsonPathTemplate Parse(string template)
    {
        // A path alone, as in custom columns, is one that lost its braces.
        var text = template.Contains('{', StringComparison.Ordinal) ? template : $"{{{template}}}";
        var open = new Stack<(JsonPath Path, List<TemplatePart> Parts)>();
        var parts = new List<TemplatePart>();
        var position = 0;
        while (position < text.Length)
        {
            var brace = text.IndexOf('{', position);
            var literal = text[position..(brace < 0 ? text.Length : brace)];
            parts.Add((written, _, _) => written.Append(literal));
            if (brace < 0)
            {
                break;
            }

            var reader = new JsonPathReader(text, brace + 1);
            reader.SkipBlanks();
            var word = Word(text, reader.Position);
            if (word == Range)
            {
                reader.Position += Range.Length;
                open.Push((reader.ReadPath(), parts));
                parts = [];
            }
            else if (word == End)
            {
                reader.Position += End.Length;
                parts = Close(open, parts);
            }
            else
            {
                ReadValues(text, reader, parts);
            }

            reader.SkipBlanks();
            position = reader.Position < text.Length && text[reader.Position] == '}' ? reader.Position + 1 : throw new FormatException($"expected }} at {reader.Position + 1} of '{text}'");
        }

        return open.Count == 0 ? new JsonPathTemplate([.. parts]) : throw new FormatException("expected {end} for {range …}, got the end");
    }

    public string Render(JsonNode? root)
    {
        var written = new StringBuilder();
        foreach (var part in _parts)
        {
            part(written, root, root);
        }

        return written.ToString();
    }

    private static List<TemplatePart> Close(Stack<(JsonPath Path, List<TemplatePart> Parts)> open, List<TemplatePart> inner)
    {
        if (!open.TryPop(out var range))
        {
            throw new FormatException("expected {range …} before {end}");
        }

        range.Parts.Add((written, root, current) =>
        {
            foreach (var item in range.Path.Of(root, current).ToArray())
            {
                inner.ForEach(part => part(written, root, item));
            }
        });
        return range.Parts;
    }

    /// <summary>Several paths and texts may stand in one pair of braces.</summary>
    private static void ReadValues(string text, JsonPathReader reader, List<TemplatePart> parts)
    {
        while (reader.Position < text.Length && text[reader.Position] != '}')
        {
            var begin = reader.Position;
            if (text[begin] is '"' or '\'')
            {
                var quoted = reader.ReadQuoted();
                parts.Add((written, _, _) => written.Append(quoted));
            }
            else
            {
                var path = reader.ReadPath();
                parts.Add((written, root, current) => written.Append(path.TextOf(root, current)));
            }

            reader.SkipBlanks();
            if (reader.Position == begin)
            {
                throw new FormatException($"expected a path or quoted text at {begin + 1} of '{text}', got '{text[begin]}'");
            }
        }
    }

    private static string Word(string text, int position)
    {
        var end = position;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        // A field may be called range too: then a step comes behind it.
        return end < text.Length && (char.IsWhiteSpace(text[end]) || text[end] == '}') ? text[position..end] : "";
    }
}
