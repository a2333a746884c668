using System.Text.Json.Nodes;
using Spectre.Console;

namespace Mesh.Cli.Output;

/// <summary>Draws a table: as wide as the terminal where there is one, and never cut in a pipe.</summary>
internal static class TableText
{
    private const int WidthOfPipes = 4_000;

    public static void Write(Terminal terminal, IReadOnlyList<Column> columns, IEnumerable<JsonObject> items)
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
            table.AddRow(columns.Select(column => Cell(column, Terminal.Safe(column.Value(item)))));
        }

        console.Write(table);
    }

    private static Text Cell(Column column, string value) => new(value, column.Tone(value) switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Caution => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        _ => Style.Plain,
    });
}
