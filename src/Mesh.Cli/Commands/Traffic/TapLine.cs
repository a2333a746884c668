using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>One request on one line.</summary>
internal static class TapLine
{
    private const int FirstServerError = 500;

    public static string Of(Terminal terminal, JsonObject item, bool isWide)
    {
        var arrow = JsonText.Of(item, "direction") == "inbound" ? "in " : "out";
        var outcome = Outcome(item);
        var tone = (int?)item["status"] is >= FirstServerError or 0 || (int?)item["grpcStatus"] > 0 ? Tone.Bad : Tone.Good;
        var parts = new List<string>
        {
            Time(item),
            arrow,
            $"{Name(item["source"])} -> {Name(item["destination"])}",
            JsonText.Of(item, "method"),
            Terminal.Safe(JsonText.Of(item, "authority") + JsonText.Of(item, "path")),
            terminal.Paint(outcome, tone),
            string.Create(CultureInfo.InvariantCulture, $"{(double?)item["durationMs"] ?? 0:0.0}ms"),
            item["mutualTls"]?.GetValue<bool>() == true ? "mTLS" : "plaintext",
        };
        if ((int?)item["attempts"] > 1)
        {
            parts.Add($"{JsonText.Of(item, "attempts")} attempts");
        }

        if (isWide)
        {
            parts.Add($"{JsonText.Of(item, "requestBytes")}/{JsonText.Of(item, "responseBytes")} bytes");
            parts.AddRange((item["headers"] as JsonObject ?? []).Select(header => Terminal.Safe($"{header.Key}={header.Value}")));
        }

        return string.Join("  ", parts);
    }

    private static string Time(JsonObject item) =>
        DateTimeOffset.TryParse(JsonText.Of(item, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) : "-";

    private static string Outcome(JsonObject item)
    {
        var status = JsonText.Of(item, "status");
        var grpc = item["grpcStatus"] is { } code ? $" grpc:{code}" : "";
        return $"{(status == "0" ? "no answer" : status)}{grpc}{(JsonText.Of(item, "flags") is { Length: > 0 } flags ? " " + flags : "")}";
    }

    private static string Name(JsonNode? end) => Terminal.Safe(
        JsonText.Of(end, "workload") is { Length: > 0 } workload ? workload
        : JsonText.Of(end, "service") is { Length: > 0 } service ? service
        : JsonText.Of(end, "identity") is { Length: > 0 } identity ? identity
        : JsonText.Of(end, "address"));
}
