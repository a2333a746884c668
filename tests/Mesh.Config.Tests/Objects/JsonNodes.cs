using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Tests.Objects;

/// <summary>JSON as tests write and compare it.</summary>
internal static class JsonNodes
{
    public static JsonNode? Node(string json) => JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });

    public static JsonObject Object(string json) => (JsonObject)Node(json)!;

    public static void AssertSame(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(Node(expected), actual), $"expected {Node(expected)?.ToJsonString() ?? "null"}\n   found {actual?.ToJsonString() ?? "null"}");

    public static void AssertSame(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected?.ToJsonString() ?? "null"}\n   found {actual?.ToJsonString() ?? "null"}");
}
