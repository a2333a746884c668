using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mesh.Protocol.Jwt;

/// <summary>The public keys of a token issuer (RFC 7517 5); immutable, equal to every set read from the same text.</summary>
internal sealed class JsonWebKeySet : IEquatable<JsonWebKeySet>
{
    /// <summary>Characters of the text; more is refused.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>More keys are refused: a token without a key id is tried with all that fit.</summary>
    public const int MaxKeys = 64;

    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private JsonWebKeySet(ImmutableArray<JsonWebKey> keys, ImmutableArray<string> refused, ImmutableArray<string> exposed, byte[] version)
    {
        (Keys, Refused, Exposed, Version) = (keys, refused, exposed, version);
    }

    /// <summary>No keys: every token is refused. Stands for keys that could not be had (never a default key).</summary>
    public static JsonWebKeySet Empty { get; } = new([], [], [], SHA256.HashData([]));

    /// <summary>Those that can verify tokens.</summary>
    public ImmutableArray<JsonWebKey> Keys { get; }

    /// <summary>Which of the set's keys cannot be used, each with the reason.</summary>
    public ImmutableArray<string> Refused { get; }

    /// <summary>Which keys came with their private part: whoever can read the set can make tokens. Their public part is used.</summary>
    public ImmutableArray<string> Exposed { get; }

    /// <summary>SHA-256 of the text.</summary>
    public ReadOnlyMemory<byte> Version { get; }

    /// <summary>Reads a set; null, with the reason, when the text is not one. Never throws.</summary>
    /// <param name="text">JSON with the member <c>keys</c>.</param>
    /// <param name="error">Set when the result is null.</param>
    public static JsonWebKeySet? TryParse(string text, out string? error)
    {
        if (text.Length > MaxLength)
        {
            error = $"the key set has {text.Length} characters; at most {MaxLength} are accepted";
            return null;
        }

        try
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            if (!StrictJson.IsReadable(bytes, MaxDepth))
            {
                error = "the key set is not valid JSON";
                return null;
            }

            using var document = JsonDocument.Parse(bytes, Strict);
            return Read(document.RootElement, SHA256.HashData(bytes), out error);
        }
        catch (JsonException exception)
        {
            error = $"the key set is not valid JSON: {exception.Message}";
            return null;
        }
    }

    public bool Equals(JsonWebKeySet? other) => other is not null && Version.Span.SequenceEqual(other.Version.Span);

    public override bool Equals(object? obj) => Equals(obj as JsonWebKeySet);

    public override int GetHashCode() => BitConverter.ToInt32(Version.Span);

    private static JsonWebKeySet? Read(JsonElement root, byte[] version, out string? error)
    {
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("keys", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            error = "the key set is not a JSON object with an array 'keys'";
            return null;
        }

        if (list.GetArrayLength() > MaxKeys)
        {
            error = $"the key set has {list.GetArrayLength()} keys; at most {MaxKeys} are accepted";
            return null;
        }

        var keys = ImmutableArray.CreateBuilder<JsonWebKey>();
        var (refused, exposed) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            if (JsonWebKeyParser.IsPrivate(element))
            {
                exposed.Add($"keys[{index}] holds a private key (member d); publish only the public part, and replace the key");
            }

            if (JsonWebKeyParser.Parse(element, out var reason) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                refused.Add($"keys[{index}] {reason}");
            }
        }

        error = null;
        return new JsonWebKeySet(keys.ToImmutable(), refused.ToImmutable(), exposed.ToImmutable(), version);
    }
}
