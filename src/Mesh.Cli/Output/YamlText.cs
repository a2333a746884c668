using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Mesh.Cli.Output;

/// <summary>JSON as YAML.</summary>
internal static class YamlText
{
    private static readonly ISerializer Serializer = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build();

    public static string Of(JsonNode node) => Serializer.Serialize(Plain(node)!);

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject item => item.ToDictionary(field => field.Key, field => Plain(field.Value), StringComparer.Ordinal),
        JsonArray items => items.Select(Plain).ToArray(),
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        JsonValue value => value.ToString(),
        _ => null,
    };
}
