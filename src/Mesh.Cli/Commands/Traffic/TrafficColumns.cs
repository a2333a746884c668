using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>What tables say of traffic, in linkerd's words.</summary>
internal static class TrafficColumns
{
    private const double Healthy = 0.99;
    private const double Suffering = 0.95;

    /// <param name="of">Where the figures are in a row.</param>
    public static IEnumerable<Column> All(string of = "") =>
    [
        new("success", row => Success(Part(row, of))) { Tone = ToneOf },
        new("rps", row => Number(Part(row, of)?["requestsPerSecond"], "0.0")),
        new("latency_p50", row => Milliseconds(Part(row, of), "p50")),
        new("latency_p90", row => Milliseconds(Part(row, of), "p90")) { IsWide = true },
        new("latency_p95", row => Milliseconds(Part(row, of), "p95")),
        new("latency_p99", row => Milliseconds(Part(row, of), "p99")),
        new("mtls", row => Percent(Part(row, of)?["mutualTls"], "0")),
        new("retries/s", row => Number(Part(row, of)?["retriesPerSecond"], "0.0")),
        new("requests", row => Number(Part(row, of)?["requests"], "0")) { IsWide = true },
        new("protocol", row => Part(row, of)?["protocol"]?.ToString() ?? "-") { IsWide = true },
    ];

    public static string Success(JsonObject? traffic) => traffic?["errorRate"] is { } errors && Count(traffic) > 0 ? Percent(1 - (double)errors, "0.00") : "-";

    public static string Milliseconds(JsonObject? traffic, string part) =>
        traffic?["latency"]?[part] is { } time ? ((double)time).ToString(((double)time) < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + "ms" : "-";

    public static string Number(JsonNode? value, string format) => value is null ? "-" : ((double)value).ToString(format, CultureInfo.InvariantCulture);

    public static string Percent(JsonNode? part, string format) => part is null ? "-" : ((double)part).ToString(format + " %", CultureInfo.InvariantCulture);

    public static long Count(JsonObject traffic) => traffic["requests"] is { } requests ? (long)requests : 0;

    private static JsonObject? Part(JsonObject row, string of) => of.Length == 0 ? row : row[of] as JsonObject;

    private static Tone ToneOf(string success) =>
        !double.TryParse(success.TrimEnd(' ', '%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? Tone.Plain
        : percent / 100 >= Healthy ? Tone.Good
        : percent / 100 >= Suffering ? Tone.Caution
        : Tone.Bad;
}
