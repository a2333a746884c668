using System.Text.Json;

namespace Mesh.Config.Yaml.Editing;

/// <summary>Changes the lines of an object in block style that say something else than before, and leaves all others with their comments: what Git then shows is the change.</summary>
/// <remarks>Whoever uses it reads the result again: layouts that it does not see through give way to writing a larger part anew.</remarks>
internal sealed class YamlPatch
{
    private readonly TextLines _lines;
    private readonly List<(LineRange Lines, string Text)> _edits = [];

    private YamlPatch(TextLines lines) => _lines = lines;

    /// <summary>The text with another value in place of an object; null when line by line is not possible.</summary>
    /// <param name="lines">The whole text.</param>
    /// <param name="old">The object.</param>
    /// <param name="next">The value.</param>
    /// <param name="last">The last line of the object.</param>
    public static string? Apply(TextLines lines, YamlMapping old, JsonElement next, int last)
    {
        var patch = new YamlPatch(lines);
        return patch.TryMapping(old, next, last) ? lines.With(patch._edits) : null;
    }

    private bool TryMapping(YamlMapping old, JsonElement next, int last)
    {
        if (!IsBlock(old, last))
        {
            return false;
        }

        var column = old.Entries[0].Key.Column - 1;
        var end = last;
        for (var index = 0; index < old.Entries.Count; index++)
        {
            var (key, value) = old.Entries[index];
            var following = index + 1 < old.Entries.Count ? old.Entries[index + 1].Key.Line : last + 1;
            var range = new LineRange(key.Line, _lines.LastContent(key.Line, following - 1, column));
            end = range.Last;
            if (next.TryGetProperty(key.Text, out var wanted))
            {
                ChangeEntry(key, value, wanted, range);
            }
            else if (_lines.At(key.Line)[..column].IsWhiteSpace())
            {
                _edits.Add((range, ""));
            }
            else
            {
                // The line of a dash goes with its item.
                return false;
            }
        }

        return TryAdd(old, next, end, column);
    }

    private bool TryAdd(YamlMapping old, JsonElement next, int end, int column)
    {
        var known = old.Entries.Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal);
        var added = next.EnumerateObject().Where(property => !known.Contains(property.Name)).ToDictionary(property => property.Name, property => property.Value);
        if (added.Count > 0)
        {
            _edits.Add((new LineRange(end + 1, end), YamlBlocks.Write(JsonSerializer.SerializeToElement(added), column)));
        }

        return added.Count > 0 || known.Any(name => next.TryGetProperty(name, out _));
    }

    private void ChangeEntry(YamlScalar key, YamlNode old, JsonElement next, LineRange range)
    {
        if (IsSame(old, next))
        {
            return;
        }

        var before = _edits.Count;
        var isDone = (old, next.ValueKind) switch
        {
            (YamlMapping mapping, JsonValueKind.Object) when mapping.Line > key.Line => TryMapping(mapping, next, range.Last),
            (YamlSequence sequence, JsonValueKind.Array) when sequence.Items.Count > 0 && sequence.Items[0].Line > key.Line => TrySequence(sequence, next, range.Last),
            _ => false,
        };
        if (isDone)
        {
            return;
        }

        _edits.RemoveRange(before, _edits.Count - before);
        var column = key.Column - 1;
        var block = YamlBlocks.Write(JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { [key.Text] = next }), column);
        _edits.Add((range, $"{_lines.At(key.Line)[..column]}{WithComment(block[column..], range)}"));
    }

    private bool TrySequence(YamlSequence old, JsonElement next, int last)
    {
        var dashes = old.Items.Select(item => _lines.DashBefore(item)).Distinct().ToArray();
        if (dashes is not [{ } dash] || !IsGrowing(old.Items, last) || next.GetArrayLength() == 0)
        {
            return false;
        }

        var items = next.EnumerateArray().ToArray();
        var ranges = old.Items.Select((item, index) => new LineRange(
            item.Line, _lines.LastContent(item.Line, (index + 1 < old.Items.Count ? old.Items[index + 1].Line : last + 1) - 1, dash))).ToArray();
        var head = old.Items.Zip(items).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
        var room = Math.Min(old.Items.Count, items.Length) - head;
        var tail = old.Items.Reverse().Zip(items.AsEnumerable().Reverse()).Take(room).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
        var (was, becomes) = (old.Items.Count - head - tail, items[head..^tail]);
        if (was == becomes.Length)
        {
            for (var index = 0; index < was; index++)
            {
                ChangeItem(old.Items[head + index], becomes[index], ranges[head + index], dash);
            }

            return true;
        }

        // As many as are needed go or come between those that stay.
        var replaced = was > 0
            ? new LineRange(ranges[head].First, ranges[head + was - 1].Last)
            : head > 0 ? new LineRange(ranges[head - 1].Last + 1, ranges[head - 1].Last) : new LineRange(ranges[0].First, ranges[0].First - 1);
        _edits.Add((replaced, string.Concat(becomes.Select(item => Item(item, dash)))));
        return true;
    }

    private void ChangeItem(YamlNode old, JsonElement next, LineRange range, int dash)
    {
        if (IsSame(old, next))
        {
            return;
        }

        var before = _edits.Count;
        if (old is not YamlMapping mapping || next.ValueKind != JsonValueKind.Object || !TryMapping(mapping, next, range.Last))
        {
            _edits.RemoveRange(before, _edits.Count - before);
            _edits.Add((range, WithComment(Item(next, dash), range)));
        }
    }

    private static string Item(JsonElement value, int dash) => $"{new string(' ', dash)}- {YamlBlocks.Write(value, dash + 2)[(dash + 2)..]}";

    /// <summary>One line in place of one keeps the remark at its end.</summary>
    private string WithComment(string block, LineRange range)
    {
        var line = _lines.At(range.First).TrimEnd();
        var mark = line.IndexOf(" #");
        var isOneLine = range.First == range.Last && block.IndexOf('\n', StringComparison.Ordinal) == block.Length - 1;

        // Quotes may hold what looks like a remark.
        return isOneLine && mark >= 0 && !line[..mark].ContainsAny('"', '\'') ? $"{block[..^1]}{line[line[..mark].TrimEnd().Length..]}\n" : block;
    }

    private static bool IsSame(YamlNode old, JsonElement next) => JsonElement.DeepEquals(YamlJson.ToJson(old), next);

    /// <summary>Whether each key begins a line, in one column.</summary>
    private bool IsBlock(YamlMapping mapping, int last)
    {
        if (mapping.Entries.Count == 0 || !IsGrowing([.. mapping.Entries.Select(entry => entry.Key)], last))
        {
            return false;
        }

        var column = mapping.Entries[0].Key.Column;
        return mapping.Entries.All(entry => entry.Key.Column == column && _lines.At(entry.Key.Line)[..(column - 1)].Trim() is "" or "-");
    }

    private static bool IsGrowing(IReadOnlyList<YamlNode> nodes, int last) =>
        nodes.Zip(nodes.Skip(1)).All(pair => pair.First.Line < pair.Second.Line) && nodes[^1].Line <= last;
}
