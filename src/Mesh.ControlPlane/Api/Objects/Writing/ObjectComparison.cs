using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Tells whether a write changes anything.</summary>
internal static class ObjectComparison
{
    /// <summary>Whether two states of an object differ in nothing but versions and the times of <c>managedFields</c>: such a write is none.</summary>
    public static bool IsSame(JsonObject current, JsonObject next) => JsonNode.DeepEquals(WithoutTimes(current), WithoutTimes(next));

    private static JsonObject WithoutTimes(JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        copy.Remove("apiVersion");
        var metadata = ObjectMetadata.Of(copy);
        metadata.Remove("resourceVersion");
        foreach (var entry in (metadata["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            entry.Remove("time");
        }

        return copy;
    }
}
