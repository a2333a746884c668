using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Requests;

/// <summary>Adds to each reference to configuration the file and line where it stands.</summary>
internal sealed class OriginLines(ApiClient api)
{
    private readonly Dictionary<string, JsonObject?> _known = new(StringComparer.Ordinal);

    /// <summary>Completes every <c>origin</c> below a node.</summary>
    public async Task CompleteAsync(JsonNode? node, CancellationToken cancellationToken)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToArray())
                {
                    if (name == "origin" && value is JsonObject origin)
                    {
                        await CompleteOneAsync(origin, cancellationToken);
                    }
                    else
                    {
                        await CompleteAsync(value, cancellationToken);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    await CompleteAsync(item, cancellationToken);
                }

                break;
        }
    }

    /// <summary>For people: <c>VirtualService default/reviews http[0] (mesh.yaml:12)</c>; empty when it is not known.</summary>
    public static string Text(JsonNode? origin)
    {
        if (origin is not JsonObject)
        {
            return "";
        }

        var text = $"{JsonText.Of(origin, "kind")} {JsonText.Of(origin, "namespace")}/{JsonText.Of(origin, "name")}";
        text += JsonText.Of(origin, "field") is { Length: > 0 } field ? $" {field}" : "";
        return JsonText.Of(origin, "place") is { Length: > 0 } place ? $"{text}, {place}" : text;
    }

    private async Task CompleteOneAsync(JsonObject origin, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/namespaces/{Escaped(origin, "namespace")}/origins/{Escaped(origin, "kind")}/{Escaped(origin, "name")}?group={Escaped(origin, "group")}&field={Escaped(origin, "field")}";
        if (!_known.TryGetValue(path, out var answer))
        {
            try
            {
                answer = await api.GetAsync(path, cancellationToken);
            }
            catch (CommandException)
            {
                // Who may not read that namespace still learns the name.
                answer = null;
            }

            _known[path] = answer;
        }

        origin["place"] = answer?["origin"]?.DeepClone();
    }

    private static string Escaped(JsonObject origin, string field) => Uri.EscapeDataString(JsonText.Of(origin, field));
}
