namespace Mesh.Config.Yaml;

/// <summary>Cuts a text at its <c>---</c> lines, as Kubernetes' tools do, so that a mistake in one document leaves the others readable.</summary>
internal static class YamlDocuments
{
    /// <summary>The documents that hold more than blanks and comments.</summary>
    /// <exception cref="YamlFormatException">The text is larger than the limits or not text at all.</exception>
    public static IReadOnlyList<YamlText> Split(string text, YamlLimits limits)
    {
        text = text.StartsWith('\uFEFF') ? text[1..] : text;
        CheckText(text, limits);
        var documents = new List<YamlText>();
        int start = 0, startLine = 1, line = 1;
        for (var position = 0; position < text.Length; line++)
        {
            var end = text.IndexOf('\n', position);
            end = end < 0 ? text.Length : end + 1;
            if (position > 0 && IsSeparator(text.AsSpan(position, end - position)))
            {
                Add(documents, new YamlText(text[start..position], startLine, start), limits);
                (start, startLine) = (position, line);
            }

            position = end;
        }

        Add(documents, new YamlText(text[start..], startLine, start), limits);
        return documents;
    }

    private static void CheckText(string text, YamlLimits limits)
    {
        if (text.Length > limits.FileLength)
        {
            throw new YamlFormatException(0, 0, $"the file has {text.Length} characters; at most {limits.FileLength} are read: split it");
        }

        // A file that is being written, or a binary one, shows up as zero bytes first.
        if (text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var zero)
        {
            throw new YamlFormatException(1 + text.AsSpan(0, zero).Count('\n'), 0, "the file holds a zero byte: it is not text, or only half written");
        }
    }

    private static void Add(List<YamlText> documents, YamlText document, YamlLimits limits)
    {
        if (IsEmpty(document.Text))
        {
            return;
        }

        if (documents.Count == limits.Documents)
        {
            throw new YamlFormatException(document.FirstLine, 0, $"more than {limits.Documents} documents in one file: split it");
        }

        documents.Add(document);
    }

    private static bool IsSeparator(ReadOnlySpan<char> line) =>
        line.StartsWith("---") && (line.Length == 3 || char.IsWhiteSpace(line[3]));

    private static bool IsEmpty(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var content = line.StartsWith("---") ? line[3..].Trim() : line.Trim();

            // A directive (%YAML 1.2) stands alone before the --- of its document.
            if (!content.IsEmpty && content[0] is not ('#' or '%') && !content.SequenceEqual("..."))
            {
                return false;
            }
        }

        return true;
    }
}
