using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Mesh.Cli.Output;

/// <summary>Writes answers of the API in the form that was asked for.</summary>
internal sealed class Printer(Terminal terminal, OutputFormat format)
{
    private const int WidthOfPipes = 4_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public OutputFormat Format => format;

    /// <summary>Writes a list: its items as rows, or the whole as it came.</summary>
    public void List(JsonObject list, IReadOnlyList<Column> columns, Func<JsonObject, string> name)
    {
        var items = (list["items"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        switch (format)
        {
            case OutputFormat.Table or OutputFormat.Log when items.Length == 0:
                terminal.Error.WriteLine("Nothing found.");
                break;
            case OutputFormat.Table or OutputFormat.Log:
                Table(items, columns);
                break;
            case OutputFormat.Name:
                Array.ForEach(items, item => terminal.Out.WriteLine(name(item)));
                break;
            default:
                Whole(list);
                break;
        }
    }

    /// <summary>Writes one object: as lines of a field and its value, or the whole as it came.</summary>
    public void One(JsonObject item, IReadOnlyList<Column> fields, Func<JsonObject, string> name)
    {
        switch (format)
        {
            case OutputFormat.Table or OutputFormat.Log:
                var width = fields.Max(field => field.Title.Length);
                foreach (var field in fields.Where(field => field.Value(item).Length > 0))
                {
                    terminal.Out.WriteLine($"{field.Title.PadRight(width)}  {Terminal.Safe(field.Value(item))}");
                }

                break;
            case OutputFormat.Name:
                terminal.Out.WriteLine(name(item));
                break;
            default:
                Whole(item);
                break;
        }
    }

    private void Whole(JsonNode node) => terminal.Out.WriteLine(format == OutputFormat.Yaml ? YamlText.Of(node).TrimEnd() : node.ToJsonString(Indented));

    private void Table(JsonObject[] items, IReadOnlyList<Column> columns)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.IsColored ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal.IsColored ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(terminal.Out),
        });
        if (!terminal.IsColored)
        {
            // A pipe has no width: cutting rows there would lose data.
            console.Profile.Width = WidthOfPipes;
        }

        var table = new Table().Border(TableBorder.None).HideRowSeparators();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Title.ToUpperInvariant(), new Style(decoration: Decoration.Bold))).NoWrap().PadLeft(0).PadRight(3));
        }

        foreach (var item in items)
        {
            table.AddRow(columns.Select(column => new Text(Terminal.Safe(column.Value(item)))));
        }

        console.Write(table);
    }
}
