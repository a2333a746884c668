using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Checks;

/// <summary>Reads the fields of answers that checks are about.</summary>
internal static class CheckFields
{
    public static string Text(JsonNode? node, string field) => (node as JsonObject)?[field]?.ToString() ?? "";

    public static bool Flag(JsonNode? node, string field) => (node as JsonObject)?[field] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static DateTimeOffset? Moment(JsonNode? node, string field) =>
        DateTimeOffset.TryParse(Text(node, field), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    /// <summary>Major and minor, in which versions must agree.</summary>
    public static string MinorOf(string version) => string.Join('.', version.Split(' ')[^1].Split('-')[0].Split('.').Take(2));

    public static string ClientName(JsonObject client) =>
        Text(client, "workloadName") is { Length: > 0 } workload ? workload : Text(client, "cluster") is { Length: > 0 } cluster ? cluster : Text(client, "id");
}
