using System.Text.Json;

namespace Mesh.Config.Validation.Security;

/// <summary>A key set written into a resource (RFC 7517): readable, every key with the members its type needs.</summary>
/// <remarks>
/// Laxer than the reader of the wire, which skips keys that it cannot verify with: like Istio it takes a single key for a set, symmetric keys and private
/// ones, with a warning. It knows shapes only and loads no key.
/// </remarks>
internal static class JwksRules
{
    public static void Check(FieldScope scope, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            Check(scope, document.RootElement);
        }
        catch (JsonException exception)
        {
            scope.Error($"not readable as JSON: {exception.Message}");
        }
    }

    private static void Check(FieldScope scope, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            scope.Error($"expected a key set such as {{\"keys\": [...]}}, found JSON of kind {root.ValueKind}");
        }
        else if (!root.TryGetProperty("keys", out var keys))
        {
            // A single key is taken, as Istio takes it.
            Key(scope, root, 0);
        }
        else if (keys.ValueKind != JsonValueKind.Array)
        {
            scope.Error("\"keys\" must be a list");
        }
        else
        {
            var number = 0;
            foreach (var key in keys.EnumerateArray())
            {
                Key(scope, key, number++);
            }

            if (number == 0)
            {
                scope.Warning("the set has no keys: every token is refused");
            }
        }
    }

    private static void Key(FieldScope scope, JsonElement key, int number)
    {
        var type = key.ValueKind == JsonValueKind.Object ? Text(key, "kty") : null;
        string[]? members = type switch
        {
            "RSA" => ["n", "e"],
            "EC" => ["crv", "x", "y"],
            "OKP" => ["crv", "x"],
            "oct" => ["k"],
            _ => null,
        };
        if (members is null)
        {
            scope.Error($"key {number}: expected \"kty\" RSA, EC, OKP or oct, found {(type is null ? "none" : $"\"{type}\"")}");
            return;
        }

        foreach (var member in members)
        {
            var value = Text(key, member);
            scope.Require(value is { Length: > 0 } && (member == "crv" || IsBase64Url(value)), $"key {number}: \"{member}\" of a key of type {type} must be text in base64url");
        }

        if (type == "oct" || key.TryGetProperty("d", out _))
        {
            scope.Warning($"key {number} holds a secret: whoever reads this resource can make tokens; a key set needs public keys only");
        }
    }

    private static string? Text(JsonElement key, string member) =>
        key.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsBase64Url(string text)
    {
        var body = text.TrimEnd('=');
        return body.Length % 4 != 1 && body.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '+' or '/');
    }
}
