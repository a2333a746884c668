using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Config.Yaml.Editing;

/// <summary>Replaces or removes one object of a text that people keep; every other line stays as it is.</summary>
/// <remarks>What comes out is read again and compared: an edit of lines that went wrong (anchors, odd layouts) gives way to writing the one document anew.</remarks>
internal sealed class YamlEdit
{
    private const string List = "items";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextLines _lines;
    private readonly bool _isJson;
    private readonly YamlLimits _limits;
    private readonly List<YamlPlace> _places;

    /// <param name="text">The whole file.</param>
    /// <param name="isJson">Whether only JSON may be written into it.</param>
    /// <param name="limits">How much the text may demand.</param>
    /// <exception cref="YamlFormatException">It is not readable.</exception>
    public YamlEdit(string text, bool isJson, YamlLimits limits)
    {
        _lines = new TextLines(text);
        _isJson = isJson;
        _limits = limits;
        _places = Find(_lines.Text, limits);
    }

    /// <summary>All objects in the order of the text; the items of lists one by one.</summary>
    public IReadOnlyList<YamlPlace> Places => _places;

    /// <summary>The text with another object in a place; null when it cannot be put there.</summary>
    public string? Replace(YamlPlace place, JsonElement value)
    {
        var expected = Values();
        expected[_places.IndexOf(place)] = value;
        return FirstSound(expected, () => PatchLines(place, value), () => ReplaceLines(place, value), () => ReplaceDocument(place, value));
    }

    /// <summary>The text without the object; empty when nothing but comments is left, null when it cannot be taken out.</summary>
    public string? Remove(YamlPlace place)
    {
        var expected = Values();
        expected.RemoveAt(_places.IndexOf(place));
        if (place.List is not { Items.Count: > 1 })
        {
            var rest = _lines.Without(DocumentLines(place));
            return YamlDocuments.Split(rest, _limits).Count == 0 ? "" : FirstSound(expected, () => rest);
        }

        return FirstSound(expected, () => ItemLines(place) is { } lines ? _lines.Without(lines) : null, () => ReplaceDocument(place, null));
    }

    private List<JsonElement> Values() => [.. _places.Select(place => YamlJson.ToJson(place.Node))];

    private string? PatchLines(YamlPlace place, JsonElement value)
    {
        var lines = _isJson ? null : place.List is null ? ContentLines(place).Lines : ItemLines(place);
        return lines is { } all ? YamlPatch.Apply(_lines, place.Node, value, all.Last) : null;
    }

    private string? ReplaceLines(YamlPlace place, JsonElement value)
    {
        if (place.List is null)
        {
            return ReplaceContent(place, value);
        }

        if (_isJson || ItemLines(place) is not { } lines)
        {
            return null;
        }

        var dash = _lines.DashBefore(place.Node)!.Value;
        var block = YamlBlocks.Write(value, dash + 2);
        return _lines.With(lines, $"{new string(' ', dash)}- {block[(dash + 2)..]}");
    }

    private string? ReplaceDocument(YamlPlace place, JsonElement? value)
    {
        if (place.List is null)
        {
            return null;
        }

        var items = place.List.Items.Select(item => ReferenceEquals(item, place.Node) ? value : YamlJson.ToJson(item)).OfType<JsonElement>().ToArray();
        var root = YamlJson.ToJson(place.Root).EnumerateObject().ToDictionary(
            property => property.Name, property => property.Name == List ? JsonSerializer.SerializeToElement(items) : property.Value, StringComparer.Ordinal);
        return ReplaceContent(place, JsonSerializer.SerializeToElement(root));
    }

    private string ReplaceContent(YamlPlace place, JsonElement value)
    {
        var (lines, startsOnMarker) = ContentLines(place);
        var block = _isJson ? JsonSerializer.Serialize(value, Indented) + "\n" : YamlBlocks.Write(value);
        return _lines.With(lines, startsOnMarker ? $"---\n{block}" : block);
    }

    /// <summary>The lines of a document without the comments around it.</summary>
    private (LineRange Lines, bool StartsOnMarker) ContentLines(YamlPlace place)
    {
        var all = TextLines.Of(place.Document);
        var first = all.First;
        while (first < all.Last && _lines.IsBeforeContent(first))
        {
            first++;
        }

        return (new LineRange(first, _lines.LastContent(first, all.Last, dash: 0)), _lines.At(first).StartsWith("---"));
    }

    /// <summary>The lines that go with a document; comments that stand apart stay: the head of a file, and what may belong to the next document.</summary>
    private LineRange DocumentLines(YamlPlace place)
    {
        var all = TextLines.Of(place.Document);
        var content = ContentLines(place).Lines;
        var first = all.First;
        if (place.Document.Start == 0)
        {
            for (var line = first; line < content.First; line++)
            {
                first = _lines.At(line).IsWhiteSpace() ? line + 1 : first;
            }
        }

        var hasComment = Enumerable.Range(content.Last + 1, all.Last - content.Last).Any(line => _lines.At(line).TrimStart().StartsWith("#"));
        return new LineRange(first, hasComment ? content.Last : all.Last);
    }

    /// <summary>The lines of an item of a list in block style; null when it is not on lines of its own.</summary>
    private LineRange? ItemLines(YamlPlace place)
    {
        if (_lines.DashBefore(place.Node) is not { } dash)
        {
            return null;
        }

        var all = TextLines.Of(place.Document);
        var after = place.List!.Items.Select(item => item.Line)
            .Concat(place.Root.Entries.Select(entry => entry.Key.Line))
            .Where(line => line > place.Node.Line)
            .DefaultIfEmpty(all.Last + 1)
            .Min();
        return new LineRange(place.Node.Line, _lines.LastContent(place.Node.Line, after - 1, dash));
    }

    private string? FirstSound(List<JsonElement> expected, params ReadOnlySpan<Func<string?>> ways)
    {
        foreach (var way in ways)
        {
            if (way() is { } text && IsSound(text, expected))
            {
                return text;
            }
        }

        return null;
    }

    private bool IsSound(string text, List<JsonElement> expected)
    {
        try
        {
            var found = Find(text, _limits);
            return found.Count == expected.Count && found.Zip(expected).All(pair => JsonElement.DeepEquals(YamlJson.ToJson(pair.First.Node), pair.Second));
        }
        catch (YamlFormatException)
        {
            return false;
        }
    }

    private static List<YamlPlace> Find(string text, YamlLimits limits)
    {
        var places = new List<YamlPlace>();
        foreach (var document in YamlDocuments.Split(text, limits))
        {
            switch (YamlTreeReader.Read(document, limits))
            {
                case YamlMapping root when root.Find("kind") is YamlScalar kind && kind.Text.EndsWith("List", StringComparison.Ordinal) && root.Find(List) is YamlSequence list:
                    places.AddRange(list.Items.OfType<YamlMapping>().Select(item => new YamlPlace(document, root, list, item)));
                    break;
                case YamlMapping root:
                    places.Add(new YamlPlace(document, root, null, root));
                    break;
            }
        }

        return places;
    }
}
