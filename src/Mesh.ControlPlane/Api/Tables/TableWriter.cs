using System.Text.Json;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects.Rendering;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>Writes objects as a <c>meta.k8s.io Table</c>: what <c>kubectl get</c> prints.</summary>
internal static class TableWriter
{
    public static void Write(Utf8JsonWriter writer, TableRequest request, ListMeta meta, IReadOnlyList<Resource> items)
    {
        var columns = TableColumns.Of(request.Kind);
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", $"meta.k8s.io/{request.Form.MetaVersion}");
        writer.WritePropertyName("metadata");
        meta.Write(writer);
        if (request.WithColumns)
        {
            WriteColumns(writer, columns);
        }
        else
        {
            writer.WriteNull("columnDefinitions");
        }

        writer.WriteStartArray("rows");
        foreach (var item in items)
        {
            WriteRow(writer, request, columns, item);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<TableColumn> columns)
    {
        writer.WriteStartArray("columnDefinitions");
        foreach (var column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", column.Description);
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, TableRequest request, IReadOnlyList<TableColumn> columns, Resource item)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var column in columns)
        {
            switch (column.Cell(item, request.Now))
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case long number:
                    writer.WriteNumberValue(number);
                    break;
                case var text:
                    writer.WriteStringValue(text.ToString());
                    break;
            }
        }

        writer.WriteEndArray();
        switch (request.Form.IncludeObject)
        {
            case "Object":
                writer.WritePropertyName("object");
                ObjectJson.Write(writer, item, request.Version);
                break;
            case "None":
                writer.WriteNull("object");
                break;
            default:
                writer.WritePropertyName("object");
                ObjectJson.WritePartial(writer, item, request.Form.MetaVersion);
                break;
        }

        writer.WriteEndObject();
    }
}
