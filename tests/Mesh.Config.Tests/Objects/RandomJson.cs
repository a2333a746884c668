using System.Text.Json.Nodes;

namespace Mesh.Config.Tests.Objects;

/// <summary>Makes JSON of few names and values, so that two of them have much in common; the same seed makes the same.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Names = ["a", "b", "c", "~d", "e/f"];

    private readonly Random _random = new(seed);

    public JsonObject Object(int depth = 3)
    {
        var map = new JsonObject();
        foreach (var name in Names)
        {
            if (_random.Next(2) == 0)
            {
                map[name] = Value(depth - 1);
            }
        }

        return map;
    }

    public JsonNode Value(int depth) => _random.Next(depth > 0 ? 5 : 3) switch
    {
        0 => _random.Next(3),
        1 => "xyz"[_random.Next(3)].ToString(),
        2 => _random.Next(2) == 0,
        3 => new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => (JsonNode?)Value(depth - 1))]),
        _ => Object(depth - 1),
    };
}
