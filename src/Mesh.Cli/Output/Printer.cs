using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output;

/// <summary>Writes answers of the API in the form that was asked for.</summary>
internal sealed class Printer(Terminal terminal, OutputFormat format)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public OutputFormat Format => format;

    /// <summary>Whether it is people who read.</summary>
    public bool IsForPeople => format is OutputFormat.Table or OutputFormat.Wide or OutputFormat.Short or OutputFormat.Log;

    /// <summary>Writes a list: its items as rows, or the whole as it came.</summary>
    public void List(JsonObject list, IReadOnlyList<Column> columns, Func<JsonObject, string> name)
    {
        var items = (list["items"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        if (IsForPeople && items.Length == 0)
        {
            terminal.Error.WriteLine("Nothing found.");
        }
        else if (IsForPeople)
        {
            Rows(items, columns);
        }
        else if (format == OutputFormat.Name)
        {
            Array.ForEach(items, item => terminal.Out.WriteLine(Terminal.Safe(name(item))));
        }
        else
        {
            Whole(list);
        }
    }

    /// <summary>Writes one object: as lines of a field and its value, or the whole as it came.</summary>
    public void One(JsonObject item, IReadOnlyList<Column> fields, Func<JsonObject, string> name)
    {
        if (IsForPeople)
        {
            var shown = fields.Where(field => Shows(field) && field.Value(item).Length > 0).ToArray();
            var width = shown.Select(field => field.Title.Length).DefaultIfEmpty().Max();
            foreach (var field in shown)
            {
                var value = Terminal.Safe(field.Value(item));
                terminal.Out.WriteLine($"{field.Title.PadRight(width)}  {terminal.Paint(value, field.Tone(value))}");
            }
        }
        else if (format == OutputFormat.Name)
        {
            terminal.Out.WriteLine(Terminal.Safe(name(item)));
        }
        else
        {
            Whole(item);
        }
    }

    /// <summary>Writes rows under headings.</summary>
    public void Rows(IReadOnlyCollection<JsonObject> items, IReadOnlyList<Column> columns) =>
        TableText.Write(terminal, [.. columns.Where(Shows)], items);

    /// <summary>Writes JSON or YAML.</summary>
    public void Whole(JsonNode node) => terminal.Out.WriteLine(format == OutputFormat.Yaml ? YamlText.Of(node).TrimEnd() : node.ToJsonString(Indented));

    private bool Shows(Column column) => !column.IsWide || format == OutputFormat.Wide;
}
