using Mesh.Cli.Output.JsonPaths;

namespace Mesh.Cli.Output;

/// <summary>The form that <c>-o</c> asks for, with the template of those that have one.</summary>
internal sealed record OutputChoice(OutputFormat Format)
{
    private const string JsonPathWord = "jsonpath";
    private const string ColumnsWord = "custom-columns";

    public static OutputChoice Table { get; } = new(OutputFormat.Table);

    /// <summary>Of <see cref="OutputFormat.JsonPath"/>; otherwise null.</summary>
    public JsonPathTemplate? Template { get; private init; }

    /// <summary>Of <see cref="OutputFormat.CustomColumns"/>.</summary>
    public IReadOnlyList<Column> Columns { get; private init; } = [];

    /// <exception cref="FormatException">There is no such form.</exception>
    public static OutputChoice Parse(string text)
    {
        var (word, rest) = text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var end ? (text[..end], text[(end + 1)..]) : (text, null);
        return word.ToLowerInvariant() switch
        {
            JsonPathWord => new OutputChoice(OutputFormat.JsonPath) { Template = JsonPathTemplate.Parse(Require(rest, JsonPathWord, "{.metadata.name}")) },
            ColumnsWord => new OutputChoice(OutputFormat.CustomColumns) { Columns = [.. Require(rest, ColumnsWord, "NAME:.metadata.name").Split(',').Select(ColumnOf)] },
            _ when rest is null && !int.TryParse(word, out _) && Enum.TryParse<OutputFormat>(word, ignoreCase: true, out var format) && format != OutputFormat.CustomColumns => new OutputChoice(format),
            _ => throw new FormatException($"expected table, wide, json, yaml, name, ndjson, jsonpath=TEMPLATE or custom-columns=TITLE:PATH, got '{text}'"),
        };
    }

    private static string Require(string? template, string word, string sample) =>
        string.IsNullOrEmpty(template) ? throw new FormatException($"expected a template behind {word}, such as {word}={sample}") : template;

    private static Column ColumnOf(string text)
    {
        if (text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
        {
            throw new FormatException($"expected a title and a path for each column, such as NAME:.metadata.name, got '{text}'");
        }

        var template = JsonPathTemplate.Parse(text[(colon + 1)..]);
        return new Column(text[..colon], item => template.Render(item) is { Length: > 0 } value ? value : "<none>");
    }
}
