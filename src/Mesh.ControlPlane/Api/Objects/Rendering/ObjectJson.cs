using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects.Rendering;

/// <summary>Writes a resource as the API tells it: in the version that was asked for, and with what the store knows of it.</summary>
internal static class ObjectJson
{
    /// <summary>Text of objects is data, not HTML: kubectl and people read it as it is.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole object.</summary>
    public static void Write(Utf8JsonWriter writer, Resource resource, string version)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", resource.Kind.Kind);
        writer.WriteString("apiVersion", resource.Kind.ApiVersionOf(version));
        writer.WritePropertyName("metadata");
        WriteMetadata(writer, resource);
        if (resource.Document.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in resource.Document.EnumerateObject())
            {
                if (property.Name is not ("kind" or "apiVersion" or "metadata"))
                {
                    property.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The object's <c>metadata</c> alone, under the name that Kubernetes has for that.</summary>
    public static void WritePartial(Utf8JsonWriter writer, Resource resource, string metaVersion)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadata");
        writer.WriteString("apiVersion", $"meta.k8s.io/{metaVersion}");
        writer.WritePropertyName("metadata");
        WriteMetadata(writer, resource);
        writer.WriteEndObject();
    }

    /// <summary>The object as a tree of its own that may be changed.</summary>
    public static JsonObject ToNode(Resource resource, string version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, resource, version);
        }

        return JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, Resource resource)
    {
        writer.WriteStartObject();
        var (hasNamespace, hasCreation) = (false, false);
        if (resource.Document.ValueKind == JsonValueKind.Object && resource.Document.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in metadata.EnumerateObject())
            {
                if (property.Name == "resourceVersion" || property.Value.ValueKind == JsonValueKind.Null)
                {
                    continue;
                }

                hasNamespace |= property.Name == "namespace";
                hasCreation |= property.Name == "creationTimestamp";
                property.WriteTo(writer);
            }
        }

        if (!hasNamespace && resource.Kind.Namespaced)
        {
            writer.WriteString("namespace", resource.Id.Namespace);
        }

        if (!hasCreation && resource.CreationTimestamp != default)
        {
            writer.WriteString("creationTimestamp", Time(resource.CreationTimestamp));
        }

        if (resource.ResourceVersion > 0)
        {
            writer.WriteString("resourceVersion", resource.ResourceVersion.ToString(CultureInfo.InvariantCulture));
        }

        writer.WriteEndObject();
    }

    /// <summary>Kubernetes' times have whole seconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
