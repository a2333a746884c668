using System.Buffers;
using System.Text.Json;
using Mesh.Config;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Api.Tables;

namespace Mesh.ControlPlane.Api.Objects.Rendering;

/// <summary>Tells objects and lists in the form that the caller asked for.</summary>
internal sealed class ObjectRenderer(TimeProvider time)
{
    private const string Json = "application/json";

    /// <summary>One object.</summary>
    public async Task WriteAsync(ApiCall call, ObjectPath path, Resource resource, int code = StatusCodes.Status200OK)
    {
        var form = Negotiation.Of(call.Http.Request);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ObjectJson.Options))
        {
            WriteItem(writer, form, path, resource, withColumns: true);
        }

        await SendAsync(call, buffer, code);
    }

    /// <summary>An object of a list, of a watch or alone.</summary>
    public void WriteItem(Utf8JsonWriter writer, Negotiation form, ObjectPath path, Resource resource, bool withColumns)
    {
        switch (form.Form)
        {
            case ResponseForm.Table:
                TableWriter.Write(writer, new TableRequest(path.Kind, path.Version, form, time.GetUtcNow(), withColumns), new ListMeta(resource.ResourceVersion > 0 ? resource.ResourceVersion : null), [resource]);
                break;
            case ResponseForm.Metadata:
                ObjectJson.WritePartial(writer, resource, form.MetaVersion);
                break;
            default:
                ObjectJson.Write(writer, resource, path.Version);
                break;
        }
    }

    /// <summary>A list.</summary>
    public async Task WriteListAsync(ApiCall call, ObjectPath path, ListMeta meta, IReadOnlyList<Resource> items)
    {
        var form = Negotiation.Of(call.Http.Request);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ObjectJson.Options))
        {
            if (form.Form == ResponseForm.Table)
            {
                TableWriter.Write(writer, new TableRequest(path.Kind, path.Version, form, time.GetUtcNow(), WithColumns: true), meta, items);
            }
            else
            {
                WriteList(writer, form, path, meta, items);
            }
        }

        await SendAsync(call, buffer, StatusCodes.Status200OK);
    }

    private static void WriteList(Utf8JsonWriter writer, Negotiation form, ObjectPath path, ListMeta meta, IReadOnlyList<Resource> items)
    {
        var isPartial = form.Form == ResponseForm.Metadata;
        writer.WriteStartObject();
        writer.WriteString("kind", isPartial ? "PartialObjectMetadataList" : $"{path.Kind.Kind}List");
        writer.WriteString("apiVersion", isPartial ? $"meta.k8s.io/{form.MetaVersion}" : path.ApiVersion);
        writer.WritePropertyName("metadata");
        meta.Write(writer);
        writer.WriteStartArray("items");
        foreach (var item in items)
        {
            if (isPartial)
            {
                ObjectJson.WritePartial(writer, item, form.MetaVersion);
            }
            else
            {
                ObjectJson.Write(writer, item, path.Version);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static async Task SendAsync(ApiCall call, ArrayBufferWriter<byte> buffer, int code)
    {
        var response = call.Http.Response;
        response.StatusCode = code;
        response.ContentType = Json;
        response.Headers.CacheControl = "no-cache, private";
        response.ContentLength = buffer.WrittenCount + 1;
        buffer.Write("\n"u8);
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, call.Cancellation);
    }
}
