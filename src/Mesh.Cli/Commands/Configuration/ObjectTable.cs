using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>Prints the tables that the server makes (<c>meta.k8s.io/v1 Table</c>), one after the other.</summary>
internal sealed class ObjectTable(Call call, bool showsKinds, bool showsNamespaces)
{
    private readonly List<(IReadOnlyList<Column> Columns, List<JsonObject> Rows)> _tables = [];

    public bool HasRows => _tables.Exists(table => table.Rows.Count > 0);

    public void Add(ServedKind kind, JsonObject table)
    {
        var shape = TableShape.Of(kind, table, call.Printer.Format == OutputFormat.Wide, showsKinds, showsNamespaces);
        var rows = shape.Rows(table).ToList();
        if (rows.Count > 0)
        {
            // Tables of several versions of a kind would repeat the headings.
            _tables.Add((shape.Columns, rows));
        }
    }

    public void Write()
    {
        foreach (var (number, (columns, rows)) in _tables.Index())
        {
            if (number > 0 && _tables[number - 1].Columns.Select(column => column.Title).SequenceEqual(columns.Select(column => column.Title)) is false)
            {
                call.Terminal.Out.WriteLine();
            }

            call.Printer.Rows(rows, columns);
        }
    }
}
