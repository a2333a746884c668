using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>Reads fields of a request; what is of the wrong form ends the call with the field's name.</summary>
internal static class JsonFields
{
    public static string Text(this JsonObject body, string field) =>
        body.OptionalText(field) ?? throw ApiException.BadRequest($"{field}: expected text, got nothing.");

    public static string? OptionalText(this JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length is > 0 and <= 4_096 => text,
        _ => throw ApiException.BadRequest($"{field}: expected text of 1 to 4096 characters."),
    };

    public static bool Flag(this JsonObject body, string field) => body[field] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw ApiException.BadRequest($"{field}: expected true or false."),
    };

    public static string[] Texts(this JsonObject body, string field)
    {
        if (body[field] is not JsonArray array || array.Count > 100)
        {
            throw ApiException.BadRequest($"{field}: expected a list of texts, at most 100.");
        }

        return [.. array.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw ApiException.BadRequest($"{field}: expected a list of texts."))];
    }

    /// <summary>Seconds, as protobuf's JSON has durations, or a .NET time span.</summary>
    public static TimeSpan Duration(this JsonObject body, string field, TimeSpan fallback)
    {
        if (body.OptionalText(field) is not { } text)
        {
            return fallback;
        }

        if (text.EndsWith('s')
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 1e9)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        throw ApiException.BadRequest($"{field}: expected seconds such as 3600s, got '{text}'.");
    }
}
