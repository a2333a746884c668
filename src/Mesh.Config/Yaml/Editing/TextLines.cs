using System.Text;

namespace Mesh.Config.Yaml.Editing;

/// <summary>A text by lines, for edits that leave other lines untouched to the byte.</summary>
internal sealed class TextLines
{
    private const string Mark = "\uFEFF";

    private readonly string _mark;
    private readonly string _newLine;

    // Where each line begins, and the end of the text.
    private readonly List<int> _starts = [0];

    public TextLines(string text)
    {
        _mark = text.StartsWith('\uFEFF') ? Mark : "";
        Text = text[_mark.Length..];
        _newLine = Text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end && Text[end - 1] == '\r' ? "\r\n" : "\n";
        for (var next = Text.IndexOf('\n', StringComparison.Ordinal); next >= 0; next = Text.IndexOf('\n', next + 1))
        {
            _starts.Add(next + 1);
        }

        if (_starts[^1] != Text.Length)
        {
            _starts.Add(Text.Length);
        }
    }

    /// <summary>Without a byte order mark.</summary>
    public string Text { get; }

    public ReadOnlySpan<char> At(int line) => Text.AsSpan(_starts[line - 1].._starts[line]);

    /// <summary>The lines of a document.</summary>
    public static LineRange Of(YamlText document) => new(document.FirstLine, document.FirstLine + LinesOf(document) - 1);

    /// <summary>Whether the line is a comment, a directive, blank, or the mark before a document.</summary>
    public bool IsBeforeContent(int line)
    {
        var content = At(line).Trim();
        content = content.StartsWith("---") ? content[3..].TrimStart() : content;
        return content.IsEmpty || content[0] is '#' or '%';
    }

    /// <summary>The last line that is neither blank nor a comment at or left of a column; such a comment ends every block that is deeper.</summary>
    public int LastContent(int first, int last, int dash)
    {
        while (last > first && IsAfterContent(At(last), dash))
        {
            last--;
        }

        return last;
    }

    /// <summary>The column (from 0) of the dash that begins a list item; null when something else stands before it on its line.</summary>
    public int? DashBefore(YamlNode node)
    {
        if (node.Line >= _starts.Count || node.Column > At(node.Line).Length)
        {
            return null;
        }

        var before = At(node.Line)[..(node.Column - 1)];
        return before.Trim() is "-" ? before.IndexOf('-') : null;
    }

    /// <summary>The text with other lines in places that do not overlap; an empty range is a place between lines.</summary>
    public string With(IEnumerable<(LineRange Lines, string Text)> edits)
    {
        var text = new StringBuilder(_mark);
        var line = 1;
        foreach (var (lines, replacement) in edits.OrderBy(edit => edit.Lines.First).ThenBy(edit => edit.Lines.Last))
        {
            text.Append(Text.AsSpan(_starts[line - 1].._starts[lines.First - 1]));
            if (text.Length > _mark.Length && text[^1] != '\n')
            {
                text.Append(_newLine);
            }

            text.Append(replacement.Replace("\n", _newLine, StringComparison.Ordinal));
            line = lines.Last + 1;
        }

        return text.Append(Text.AsSpan(_starts[line - 1])).ToString();
    }

    public string With(LineRange lines, string replacement) => With([(lines, replacement)]);

    public string Without(LineRange lines) => With([(lines, "")]);

    private static bool IsAfterContent(ReadOnlySpan<char> line, int dash)
    {
        var content = line.TrimStart();
        return content.IsWhiteSpace() || (content[0] == '#' && line.Length - content.Length <= dash) || line.StartsWith("...");
    }

    private static int LinesOf(YamlText document)
    {
        var breaks = document.Text.AsSpan().Count('\n');
        return document.Text.EndsWith('\n') ? breaks : breaks + 1;
    }
}
