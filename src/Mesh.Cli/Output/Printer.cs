using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output;

/// <summary>Writes answers of the API in the form that was asked for.</summary>
internal sealed class Printer(Terminal terminal, OutputChoice choice)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>On one line, without escapes that a terminal does not need.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public OutputFormat Format => choice.Format;

    /// <summary>Whether it is people who read.</summary>
    public bool IsForPeople => Format is OutputFormat.Table or OutputFormat.Wide or OutputFormat.Short or OutputFormat.Log;

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
        else if (Format == OutputFormat.Name)
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
        else if (Format == OutputFormat.Name)
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

    /// <summary>Writes JSON, YAML, or what a template makes of it.</summary>
    public void Whole(JsonNode node)
    {
        switch (Format)
        {
            case OutputFormat.Yaml:
                terminal.Out.WriteLine(YamlText.Of(node).TrimEnd());
                break;
            case OutputFormat.Ndjson:
                foreach (var item in Items(node))
                {
                    terminal.Out.WriteLine(item.ToJsonString(Relaxed));
                }

                break;
            case OutputFormat.JsonPath:
                // As kubectl: what the template does not write is not there, the end of the line included.
                terminal.Out.Write(Terminal.SafeText(choice.Template!.Render(node)));
                break;
            case OutputFormat.CustomColumns:
                Rows([.. Items(node).OfType<JsonObject>()], choice.Columns);
                break;
            default:
                terminal.Out.WriteLine(node.ToJsonString(Indented));
                break;
        }
    }

    private static IEnumerable<JsonNode> Items(JsonNode node) => node is JsonObject item && item["items"] is JsonArray items ? items.OfType<JsonNode>() : [node];

    private bool Shows(Column column) => !column.IsWide || Format == OutputFormat.Wide;
}
