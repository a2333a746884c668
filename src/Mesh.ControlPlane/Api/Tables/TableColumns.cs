using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Mesh.Config;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>The columns of each kind: the name, then those of its definition or those that Kubernetes computes.</summary>
internal static class TableColumns
{
    private static readonly TableColumn Name = new("Name", (item, _) => item.Id.Name, Format: "name")
    {
        Description = "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. "
            + "Name is primarily intended for creation idempotence and configuration definition. Cannot be updated.",
    };

    // One entry a kind of the catalogue.
    private static readonly ConcurrentDictionary<(string Group, string Kind), IReadOnlyList<TableColumn>> Known = new();

    public static IReadOnlyList<TableColumn> Of(ResourceKind kind) => Known.GetOrAdd(
        (kind.Group, kind.Kind),
        static (_, kind) => [Name, .. CoreColumns.Of(kind) ?? WorkloadColumns.Of(kind) ?? kind.Columns.Select(Defined)],
        kind);

    public static TableColumn Age { get; } = new("Age", (item, now) => Tables.Age.Of(item.CreationTimestamp, now))
    {
        Description = "CreationTimestamp is a timestamp representing the server time when this object was created.",
    };

    /// <summary>A column by its definition, with the cells that Kubernetes' own table for custom resources has.</summary>
    private static TableColumn Defined(PrinterColumn column) => new(column.Name, (item, now) => Cell(column, item, now), column.Type, Priority: column.Priority)
    {
        Description = column.Description,
    };

    private static object? Cell(PrinterColumn column, Resource item, DateTimeOffset now)
    {
        if (column.JsonPath == ".metadata.creationTimestamp")
        {
            return Tables.Age.Of(item.CreationTimestamp, now);
        }

        var values = ColumnPath.Find(item.Document, column.JsonPath).ToArray();
        return (column.Type, values) switch
        {
            (_, []) => null,
            ("date", [var value, ..]) => DateTimeOffset.TryParse(value.Text(), CultureInfo.InvariantCulture, out var time) ? Tables.Age.Of(time, now) : "<invalid>",
            ("integer", [{ ValueKind: JsonValueKind.Number } value, ..]) => value.Number(),
            _ => string.Join(' ', values.Select(value => value.Text())),
        };
    }
}
