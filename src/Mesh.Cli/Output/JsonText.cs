using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output;

/// <summary>Reads fields of answers as people read them.</summary>
internal static class JsonText
{
    /// <summary>The field at a path with dots; empty when there is none.</summary>
    public static string Of(JsonNode? node, string path)
    {
        foreach (var field in path.Split('.'))
        {
            node = (node as JsonObject)?[field];
        }

        return node switch
        {
            null => "",
            JsonArray array => string.Join(", ", array.Select(item => item?.ToString())),
            JsonValue value when value.TryGetValue<bool>(out var flag) => flag ? "yes" : "no",
            _ => node.ToString(),
        };
    }

    /// <summary>How long from now, or how long ago, in the unit that matters.</summary>
    public static string Relative(string moment, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when))
        {
            return moment;
        }

        var left = when - now;
        var text = Duration(left.Duration());
        return left >= TimeSpan.Zero ? $"in {text}" : $"{text} ago";
    }

    /// <summary>How long ago, in the unit that matters; empty for what is no moment.</summary>
    public static string Age(string moment, DateTimeOffset now) =>
        DateTimeOffset.TryParse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) ? Duration((now - when).Duration()) : "";

    private static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays}d"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds}s"),
    };
}
