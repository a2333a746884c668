using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>kubectl's annotation with the object as it was last applied from the client's side.</summary>
internal static class LastApplied
{
    public const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The one manager that the annotation speaks for.</summary>
    public const string Manager = "kubectl";

    /// <summary>What the annotation lists; null when there is no annotation that can be read.</summary>
    public static FieldSet? Fields(JsonObject live, TypeSchema schema)
    {
        if (Text(live) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject applied
                ? OwnedFields.Visit(schema, applied)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps the annotation in step, so that the user can go back to applying from the client's side.</summary>
    public static void Renew(JsonObject target, JsonObject applied)
    {
        if (Text(target) is null)
        {
            return;
        }

        var copy = ManagedFields.Stripped(applied);
        (copy["metadata"]?["annotations"] as JsonObject)?.Remove(Annotation);
        target["metadata"]!["annotations"]![Annotation] = JsonText.Compact(copy) + "\n";
    }

    private static string? Text(JsonObject value) =>
        value["metadata"]?["annotations"]?[Annotation] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : null;
}
