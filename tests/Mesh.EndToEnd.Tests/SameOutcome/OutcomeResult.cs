using System.Text.Json;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>What came of an order: how often each server answered, and how often each gRPC status came instead.</summary>
internal sealed record OutcomeResult(SortedDictionary<string, int> Answers, SortedDictionary<string, int> Errors)
{
    /// <summary>As the peers print it: errors are <c>CODE: details</c>, and only the code is compared.</summary>
    public static OutcomeResult Parse(string json)
    {
        var result = JsonSerializer.Deserialize<JsonElement>(json);
        return new OutcomeResult(Count(result.GetProperty("answers"), name => name), Count(result.GetProperty("errors"), name => name.Split(':')[0]));
    }

    /// <summary>For comparisons: <c>v1:3 !UNAVAILABLE:1</c>.</summary>
    public override string ToString() =>
        string.Join(' ', Answers.Select(pair => $"{pair.Key}:{pair.Value}").Concat(Errors.Select(pair => $"!{pair.Key}:{pair.Value}")));

    private static SortedDictionary<string, int> Count(JsonElement counts, Func<string, string> key)
    {
        var result = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var count in counts.EnumerateObject())
        {
            result[key(count.Name)] = result.GetValueOrDefault(key(count.Name)) + count.Value.GetInt32();
        }

        return result;
    }
}
