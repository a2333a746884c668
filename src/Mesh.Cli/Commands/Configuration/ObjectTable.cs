using System.Globalization;
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
        var shown = (table["columnDefinitions"] as JsonArray ?? []).OfType<JsonObject>().Index()
            .Where(column => call.Printer.Format == OutputFormat.Wide || JsonText.Of(column.Item, "priority") is "0" or "")
            .ToArray();
        List<Column> columns = [.. shown.Select(column => Column.Of(JsonText.Of(column.Item, "name"), string.Create(CultureInfo.InvariantCulture, $"c{column.Index}")))];
        if (showsNamespaces && kind.IsNamespaced)
        {
            columns.Insert(0, Column.Of("namespace", "namespace"));
        }

        var rows = (table["rows"] as JsonArray ?? []).OfType<JsonObject>().Select(row => Row(kind, row, shown)).ToList();
        if (rows.Count == 0)
        {
            return;
        }

        // Tables of several versions of a kind would repeat the headings.
        _tables.Add((columns, rows));
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

    private JsonObject Row(ServedKind kind, JsonObject row, IEnumerable<(int Index, JsonObject Item)> columns)
    {
        var cells = row["cells"] as JsonArray ?? [];
        var item = new JsonObject { ["namespace"] = row["object"]?["metadata"]?["namespace"]?.ToString() };
        foreach (var (index, column) in columns)
        {
            var text = cells.ElementAtOrDefault(index) switch
            {
                null => "",
                JsonValue value when value.TryGetValue<bool>(out var flag) => flag ? "true" : "false",
                JsonValue value => value.ToString(),
                var other => other.ToJsonString(),
            };
            item[string.Create(CultureInfo.InvariantCulture, $"c{index}")] = showsKinds && JsonText.Of(column, "format") == "name" ? $"{kind.FullName}/{text}" : text;
        }

        return item;
    }
}
