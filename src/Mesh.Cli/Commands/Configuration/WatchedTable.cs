using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>A table whose rows come one after the other: the columns keep the width that the first ones needed.</summary>
internal sealed class WatchedTable(Call call, ServedKind kind, bool showsNamespaces, bool showsEvents)
{
    private const int Gap = 3;

    private TableShape? _shape;
    private int[] _widths = [];

    /// <summary>Writes the rows of a table; its headings when they are the first.</summary>
    public void Write(string happened, JsonObject table)
    {
        if (_shape is null || table["columnDefinitions"] is JsonArray { Count: > 0 })
        {
            _shape ??= TableShape.Of(kind, table, call.Printer.Format == OutputFormat.Wide, showsKinds: false, showsNamespaces);
        }

        var rows = _shape.Rows(table).Select(row => Cells(happened, row)).ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        if (_widths.Length == 0)
        {
            string[] titles = [.. showsEvents ? ["EVENT"] : Array.Empty<string>(), .. _shape.Columns.Select(column => column.Title.ToUpperInvariant())];
            _widths = [.. titles.Select((title, index) => rows.Select(row => row[index].Length).Append(title.Length).Append(showsEvents && index == 0 ? "MODIFIED".Length : 0).Max())];
            Line(titles);
        }

        Array.ForEach(rows, Line);
    }

    private string[] Cells(string happened, JsonObject row) => [.. showsEvents ? [happened] : Array.Empty<string>(), .. _shape!.Columns.Select(column => Terminal.Safe(column.Value(row)))];

    private void Line(string[] cells) => call.Terminal.Out.WriteLine(string.Concat(cells.Select((cell, index) => cell.PadRight(_widths[index] + Gap))).TrimEnd());
}
