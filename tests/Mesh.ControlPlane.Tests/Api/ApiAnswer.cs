using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>What the API said.</summary>
internal sealed record ApiAnswer(int Code, JsonObject Body, string[] Warnings)
{
    public string Reason => Text("reason");

    public string Message => Text("message");

    public string Version => Text("metadata.resourceVersion");

    public JsonArray Items => Body["items"]!.AsArray();

    public string[] Names => [.. Items.Select(item => item!["metadata"]!["name"]!.ToString())];

    public string[] CauseFields => [.. Body["details"]!["causes"]!.AsArray().Select(cause => cause!["field"]?.ToString() ?? "")];

    /// <summary>The text under a path of names and numbers; empty when it is not there.</summary>
    public string Text(string path)
    {
        JsonNode? node = Body;
        foreach (var part in path.Split('.'))
        {
            node = node switch
            {
                JsonObject map => map[part],
                JsonArray list when int.TryParse(part, out var index) && index < list.Count => list[index],
                _ => null,
            };
        }

        return node?.ToString() ?? "";
    }

    public ApiAnswer Expect(params int[] codes)
    {
        Assert.True(codes.Contains(Code), $"Expected {string.Join(" or ", codes)}, got {Code}: {Body.ToJsonString()}");
        return this;
    }
}
