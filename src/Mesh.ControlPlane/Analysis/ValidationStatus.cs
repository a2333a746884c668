using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Analysis;

namespace Mesh.ControlPlane.Analysis;

/// <summary>Writes messages into an object as istiod does: <c>status.validationMessages</c>.</summary>
internal static class ValidationStatus
{
    private const string Status = "status";
    private const string Messages = "validationMessages";

    /// <summary>The object with these messages in place of those that it has; null when it has just these.</summary>
    public static JsonElement? Apply(JsonElement document, IEnumerable<AnalysisMessage> messages)
    {
        var next = new JsonArray([.. messages.Select(Describe)]);
        var root = JsonObject.Create(document) ?? [];
        var status = root[Status] as JsonObject;
        if (JsonNode.DeepEquals(status?[Messages] as JsonArray ?? [], next))
        {
            return null;
        }

        if (next.Count > 0)
        {
            root[Status] = status ??= [];
            status[Messages] = next;
        }
        else
        {
            // A status that was only this goes with it: most objects have none.
            status!.Remove(Messages);
            _ = status.Count > 0 || root.Remove(Status);
        }

        return JsonElement.Parse(root.ToJsonString());
    }

    private static JsonObject Describe(AnalysisMessage message) => new()
    {
        ["type"] = new JsonObject { ["code"] = message.Kind.Code },
        ["level"] = message.Kind.Level.ToString().ToUpperInvariant(),
        ["documentationUrl"] = message.Kind.DocumentationUrl,
    };
}
