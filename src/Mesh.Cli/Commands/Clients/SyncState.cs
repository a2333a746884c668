using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>How far a client is with one type, in istioctl's words: SYNCED, STALE, NACK, NOT SENT, or IGNORED when it does not ask for it.</summary>
internal static class SyncState
{
    public const string Synced = "SYNCED";
    public const string Stale = "STALE";
    public const string Refused = "NACK";
    public const string NotSent = "NOT SENT";
    public const string Ignored = "IGNORED";

    /// <summary>In istioctl's order.</summary>
    public static IReadOnlyList<string> Types { get; } = ["CDS", "LDS", "EDS", "RDS", "SDS"];

    /// <summary>What a client asked for of a type; null when it does not ask.</summary>
    public static JsonObject? Subscription(JsonObject client, string type) =>
        client["subscriptions"]?.AsArray().OfType<JsonObject>().FirstOrDefault(candidate => JsonText.Of(candidate, "type") == type);

    public static string Of(JsonObject? subscription) => subscription is null ? Ignored
        : JsonText.Of(subscription, "synced") == "yes" ? Synced
        : JsonText.Of(subscription, "rejection.current") == "yes" ? Refused
        : JsonText.Of(subscription, "sentAt").Length == 0 ? NotSent
        : Stale;

    /// <summary>How long it has been so.</summary>
    public static string WithAge(JsonObject? subscription, DateTimeOffset now)
    {
        var state = Of(subscription);
        var since = state switch
        {
            Synced => JsonText.Of(subscription, "acceptedAt"),
            Refused => JsonText.Of(subscription, "rejection.at"),
            Stale => JsonText.Of(subscription, "sentAt"),
            _ => "",
        };
        return since.Length == 0 ? state : $"{state} ({JsonText.Age(since, now)})";
    }

    /// <summary>The worst of all types of a client, for a summary.</summary>
    public static string Worst(JsonObject client)
    {
        var states = Types.Select(type => Of(Subscription(client, type))).ToArray();
        return new[] { Refused, Stale, NotSent, Synced }.FirstOrDefault(states.Contains) ?? Ignored;
    }

    public static Tone ToneOf(string text) =>
        text.StartsWith(Synced, StringComparison.Ordinal) ? Tone.Good
        : text.StartsWith(Refused, StringComparison.Ordinal) ? Tone.Bad
        : text.StartsWith(Stale, StringComparison.Ordinal) || text.StartsWith(NotSent, StringComparison.Ordinal) ? Tone.Caution
        : Tone.Plain;

    /// <summary>When the newest unanswered response was sent; null when none waits.</summary>
    public static DateTimeOffset? WaitingSince(JsonObject subscription) =>
        Of(subscription) == Stale && DateTimeOffset.TryParse(JsonText.Of(subscription, "sentAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent) ? sent : null;
}
