using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>The columns of a table that the server made (<c>meta.k8s.io/v1 Table</c>), and its rows in the form that tables here are drawn from.</summary>
internal sealed class TableShape
{
    private readonly ServedKind _kind;
    private readonly bool _showsKinds;
    private readonly (int Index, JsonObject Item)[] _shown;

    private TableShape(ServedKind kind, bool showsKinds, (int Index, JsonObject Item)[] shown, IReadOnlyList<Column> columns) =>
        (_kind, _showsKinds, _shown, Columns) = (kind, showsKinds, shown, columns);

    public IReadOnlyList<Column> Columns { get; }

    public static TableShape Of(ServedKind kind, JsonObject table, bool isWide, bool showsKinds, bool showsNamespaces)
    {
        var shown = (table["columnDefinitions"] as JsonArray ?? []).OfType<JsonObject>().Index()
            .Where(column => isWide || JsonText.Of(column.Item, "priority") is "0" or "")
            .ToArray();
        List<Column> columns = [.. shown.Select(column => Column.Of(JsonText.Of(column.Item, "name"), Field(column.Index)))];
        if (showsNamespaces && kind.IsNamespaced)
        {
            columns.Insert(0, Column.Of("namespace", "namespace"));
        }

        return new TableShape(kind, showsKinds, shown, columns);
    }

    public IEnumerable<JsonObject> Rows(JsonObject table) => (table["rows"] as JsonArray ?? []).OfType<JsonObject>().Select(Row);

    private static string Field(int index) => string.Create(CultureInfo.InvariantCulture, $"c{index}");

    private JsonObject Row(JsonObject row)
    {
        var cells = row["cells"] as JsonArray ?? [];
        var item = new JsonObject { ["namespace"] = row["object"]?["metadata"]?["namespace"]?.ToString() };
        foreach (var (index, column) in _shown)
        {
            var text = cells.ElementAtOrDefault(index) switch
            {
                null => "",
                JsonValue value when value.TryGetValue<bool>(out var flag) => flag ? "true" : "false",
                JsonValue value => value.ToString(),
                var other => other.ToJsonString(),
            };
            item[Field(index)] = _showsKinds && JsonText.Of(column, "format") == "name" ? $"{_kind.FullName}/{text}" : text;
        }

        return item;
    }
}
