using System.Collections.Frozen;
using System.Text.Json;

namespace Mesh.ControlPlane.Stores.Documents;

/// <summary>Takes an object apart into what a person keeps in a file and what the API keeps about it, and puts it together again.</summary>
internal static class DocumentParts
{
    /// <summary>JSON in a string, made by kubectl for kubectl: nothing for a file that people read.</summary>
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private const string Metadata = "metadata";
    private const string Annotations = "annotations";
    private const string Status = "status";

    private static readonly FrozenSet<string> KeptMetadata =
        FrozenSet.ToFrozenSet(["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"], StringComparer.Ordinal);

    // resourceVersion is the store's, selfLink nobody's (Kubernetes 1.20).
    private static readonly FrozenSet<string> Dropped = FrozenSet.ToFrozenSet(["resourceVersion", "selfLink"], StringComparer.Ordinal);

    // As kubectl prints them; what is not named here comes after.
    private static readonly string[] MetadataOrder =
    [
        "name", "generateName", "namespace", "uid", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
        "labels", Annotations, "ownerReferences", "finalizers",
    ];

    /// <summary>What a person keeps in a file.</summary>
    public static JsonElement Visible(JsonElement document) => JsonText.Build(writer =>
    {
        writer.WriteStartObject();
        foreach (var property in InOrder(document, ["apiVersion", "kind", Metadata]).Where(property => property.Name != Status))
        {
            if (property is { Name: Metadata, Value.ValueKind: JsonValueKind.Object })
            {
                writer.WriteStartObject(Metadata);
                WriteVisibleMetadata(property.Value, writer);
                writer.WriteEndObject();
            }
            else
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    });

    /// <summary>An object that leaves its namespace to the default.</summary>
    public static JsonElement WithoutNamespace(JsonElement document) => JsonText.Build(writer =>
    {
        writer.WriteStartObject();
        foreach (var property in document.EnumerateObject())
        {
            if (property is { Name: Metadata, Value.ValueKind: JsonValueKind.Object })
            {
                WriteObject(Metadata, property.Value.EnumerateObject().Where(field => field.Name != "namespace"), writer);
            }
            else
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    });

    /// <summary>What the API keeps about it: identity, generation, owners of fields, status.</summary>
    public static JsonElement Kept(JsonElement document) => JsonText.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject(Metadata);
        var metadata = JsonText.Find(document, Metadata);
        foreach (var name in MetadataOrder.Append("managedFields").Where(KeptMetadata.Contains))
        {
            WriteIfThere(name, JsonText.Find(metadata, name), writer);
        }

        if (JsonText.Find(JsonText.Find(metadata, Annotations), LastApplied) is { } applied)
        {
            writer.WriteStartObject(Annotations);
            WriteIfThere(LastApplied, applied, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        WriteIfThere(Status, JsonText.Find(document, Status), writer);
        writer.WriteEndObject();
    });

    /// <summary>The whole object.</summary>
    /// <param name="visible">Of the file; parts of it that the API keeps count for nothing.</param>
    /// <param name="kept">Of the API.</param>
    /// <param name="defaultNamespace">For an object that names none; empty for one that is in none.</param>
    public static JsonElement Join(JsonElement visible, JsonElement kept, string defaultNamespace) => JsonText.Build(writer =>
    {
        writer.WriteStartObject();
        foreach (var property in InOrder(visible, ["apiVersion", "kind", Metadata]).Where(property => property.Name != Status))
        {
            if (property.Name == Metadata)
            {
                writer.WriteStartObject(Metadata);
                WriteMetadata(property.Value, JsonText.Find(kept, Metadata), defaultNamespace, writer);
                writer.WriteEndObject();
            }
            else
            {
                property.WriteTo(writer);
            }
        }

        WriteIfThere(Status, JsonText.Find(kept, Status), writer);
        writer.WriteEndObject();
    });

    private static void WriteVisibleMetadata(JsonElement metadata, Utf8JsonWriter writer)
    {
        foreach (var property in InOrder(metadata, MetadataOrder).Where(property => !KeptMetadata.Contains(property.Name) && !Dropped.Contains(property.Name)))
        {
            if (property is { Name: Annotations, Value.ValueKind: JsonValueKind.Object } && property.Value.TryGetProperty(LastApplied, out _))
            {
                var shown = property.Value.EnumerateObject().Where(annotation => annotation.Name != LastApplied).ToArray();
                if (shown.Length > 0)
                {
                    WriteObject(Annotations, shown, writer);
                }
            }
            else
            {
                property.WriteTo(writer);
            }
        }
    }

    private static void WriteMetadata(JsonElement visible, JsonElement? kept, string defaultNamespace, Utf8JsonWriter writer)
    {
        var known = visible.ValueKind == JsonValueKind.Object
            ? visible.EnumerateObject().Where(property => !KeptMetadata.Contains(property.Name) && !Dropped.Contains(property.Name)).ToArray()
            : [];
        var isNamed = JsonText.Find(visible, "namespace") is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 };
        var applied = JsonText.Find(JsonText.Find(kept, Annotations), LastApplied);
        foreach (var field in MetadataOrder.Concat(known.Select(property => property.Name)).Append("managedFields").Distinct(StringComparer.Ordinal))
        {
            if (KeptMetadata.Contains(field))
            {
                WriteIfThere(field, JsonText.Find(kept, field), writer);
            }
            else if (field == "namespace" && !isNamed)
            {
                WriteNamespace(defaultNamespace, writer);
            }
            else if (field == Annotations && (applied is not null || JsonText.Find(JsonText.Find(visible, Annotations), LastApplied) is not null))
            {
                WriteAnnotations(JsonText.Find(visible, Annotations), applied, writer);
            }
            else if (known.FirstOrDefault(property => property.Name == field) is { Value.ValueKind: not JsonValueKind.Undefined } found)
            {
                found.WriteTo(writer);
            }
        }
    }

    private static void WriteNamespace(string defaultNamespace, Utf8JsonWriter writer)
    {
        if (defaultNamespace.Length > 0)
        {
            writer.WriteString("namespace", defaultNamespace);
        }
    }

    private static void WriteAnnotations(JsonElement? visible, JsonElement? applied, Utf8JsonWriter writer)
    {
        writer.WriteStartObject(Annotations);
        foreach (var annotation in visible is { ValueKind: JsonValueKind.Object } shown ? shown.EnumerateObject().Where(annotation => annotation.Name != LastApplied) : [])
        {
            annotation.WriteTo(writer);
        }

        WriteIfThere(LastApplied, applied, writer);
        writer.WriteEndObject();
    }

    private static void WriteObject(string name, IEnumerable<JsonProperty> properties, Utf8JsonWriter writer)
    {
        writer.WriteStartObject(name);
        foreach (var property in properties)
        {
            property.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteIfThere(string name, JsonElement? value, Utf8JsonWriter writer)
    {
        if (value is { } there)
        {
            writer.WritePropertyName(name);
            there.WriteTo(writer);
        }
    }

    private static IEnumerable<JsonProperty> InOrder(JsonElement value, string[] first) =>
        value.EnumerateObject().OrderBy(property => Array.IndexOf(first, property.Name) is >= 0 and var index ? index : first.Length);
}
