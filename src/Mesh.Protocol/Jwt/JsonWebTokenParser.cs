using System.Text.Json;

namespace Mesh.Protocol.Jwt;

/// <summary>Reads tokens strictly: what could be read in two ways is refused. Never throws.</summary>
internal static class JsonWebTokenParser
{
    internal static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonWebToken.MaxDepth };

    // Keys that a token brings along prove nothing, and pointers to keys would have us fetch what an attacker names. crit demands extensions; there are none.
    private static readonly string[] Refused = ["jwk", "jku", "x5c", "x5u", "crit", "zip", "enc"];

    /// <summary>The token; null, with the reason, when it is not one.</summary>
    public static JsonWebToken? Parse(string text, out JwtStatus status)
    {
        if (text.Length > JsonWebToken.MaxLength)
        {
            status = JwtStatus.TooLong;
            return null;
        }

        var first = text.IndexOf('.', StringComparison.Ordinal);
        var last = text.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || last == text.Length - 1 || text.AsSpan(first + 1, last - first - 1).Contains('.'))
        {
            status = JwtStatus.BadFormat;
            return null;
        }

        status = ReadHeader(text.AsSpan(0, first), out var algorithm, out var keyId);
        if (status is not JwtStatus.Ok)
        {
            return null;
        }

        if (Base64UrlText.Decode(text.AsSpan(first + 1, last - first - 1)) is not { } payload)
        {
            status = JwtStatus.PayloadBadBase64;
            return null;
        }

        if (Base64UrlText.Decode(text.AsSpan(last + 1)) is not { } signature)
        {
            status = JwtStatus.SignatureBadBase64;
            return null;
        }

        if (ReadObject(payload) is not { } claims)
        {
            status = JwtStatus.PayloadBadJson;
            return null;
        }

        status = RegisteredClaims.Read(claims, out var registered);
        return status is JwtStatus.Ok ? Token(text, algorithm!, keyId, registered, claims, signature) : null;
    }

    private static JsonWebToken Token(string text, JwtAlgorithm algorithm, string? keyId, RegisteredClaims registered, JsonElement claims, byte[] signature) => new()
    {
        Text = text,
        Algorithm = algorithm,
        KeyId = keyId,
        Issuer = registered.Issuer,
        Subject = registered.Subject,
        Audiences = registered.Audiences,
        ExpiresAt = registered.ExpiresAt,
        NotBefore = registered.NotBefore,
        IssuedAt = registered.IssuedAt,
        Claims = claims,
        Signature = signature,
    };

    private static JwtStatus ReadHeader(ReadOnlySpan<char> text, out JwtAlgorithm? algorithm, out string? keyId)
    {
        (algorithm, keyId) = (null, null);
        if (Base64UrlText.Decode(text) is not { } bytes)
        {
            return JwtStatus.HeaderBadBase64;
        }

        if (ReadObject(bytes) is not { } header)
        {
            return JwtStatus.HeaderBadJson;
        }

        if (!header.TryGetProperty("alg", out var name) || name.ValueKind is not JsonValueKind.String)
        {
            return JwtStatus.HeaderBadAlgorithm;
        }

        algorithm = JwtAlgorithm.Find(name.GetString()!);
        if (algorithm is null)
        {
            return JwtStatus.HeaderAlgorithmNotSupported;
        }

        if (header.TryGetProperty("kid", out var kid))
        {
            if (kid.ValueKind is not JsonValueKind.String)
            {
                return JwtStatus.HeaderBadKeyId;
            }

            keyId = kid.GetString();
        }

        // RFC 7797: a payload that is not encoded.
        var isPlain = header.TryGetProperty("b64", out var b64) && b64.ValueKind is not JsonValueKind.True;
        return isPlain || Array.Exists(Refused, member => header.TryGetProperty(member, out _)) ? JwtStatus.HeaderNotAllowed : JwtStatus.Ok;
    }

    private static JsonElement? ReadObject(byte[] utf8)
    {
        if (!StrictJson.IsReadable(utf8, JsonWebToken.MaxDepth))
        {
            return null;
        }

        try
        {
            var value = JsonElement.Parse(utf8, Strict);
            return value.ValueKind is JsonValueKind.Object ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
