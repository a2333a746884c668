using System.Text.Json.Nodes;

namespace Mesh.Cli.Objects;

/// <summary>The part of an object that people care for: without what the server notes down about writing it.</summary>
internal static class ObjectContent
{
    private static readonly string[] Bookkeeping = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"];

    /// <param name="item">As the server gives it.</param>
    /// <param name="keepsIdentity">Whether uid and creation time stay.</param>
    public static JsonObject Of(JsonObject item, bool keepsIdentity = false)
    {
        var copy = item.DeepClone().AsObject();
        if (copy["metadata"] is JsonObject metadata)
        {
            foreach (var field in Bookkeeping.Where(field => !keepsIdentity || field is "managedFields"))
            {
                metadata.Remove(field);
            }
        }

        return copy;
    }

    public static bool IsSame(JsonObject left, JsonObject right) => JsonNode.DeepEquals(Of(left), Of(right));
}
