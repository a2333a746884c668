using System.Security.Cryptography;
using System.Text.Json;

namespace Mesh.Protocol.Jwt;

/// <summary>Reads one key of a key set (RFC 7517 4, RFC 7518 6).</summary>
internal static class JsonWebKeyParser
{
    /// <summary>The key; null, with the reason, when it cannot verify tokens.</summary>
    public static JsonWebKey? Parse(JsonElement key, out string? reason)
    {
        reason = Unfit(key);
        if (reason is not null)
        {
            return null;
        }

        switch (Text(key, "kty"))
        {
            case "RSA":
                return Rsa(key, out reason);
            case "EC":
                return Ec(key, out reason);
            case "oct":
                reason = "is a shared secret (kty oct); expected a public key";
                return null;
            case "OKP":
                reason = $"is of a kind that .NET has no implementation of (kty OKP, crv {Text(key, "crv")})";
                return null;
            case var other:
                reason = $"has kty '{other}'; expected RSA or EC";
                return null;
        }
    }

    /// <summary>Whether the key was published with what signs tokens: then everybody can.</summary>
    public static bool IsPrivate(JsonElement key) => key.ValueKind is JsonValueKind.Object && key.TryGetProperty("d", out _);

    private static string? Unfit(JsonElement key)
    {
        if (key.ValueKind is not JsonValueKind.Object)
        {
            return $"is a JSON {key.ValueKind}; expected an object";
        }

        if (key.TryGetProperty("use", out var use) && !(use.ValueKind is JsonValueKind.String && use.ValueEquals("sig")))
        {
            return $"has use {use.GetRawText()}; expected \"sig\"";
        }

        if (key.TryGetProperty("key_ops", out var operations)
            && !(operations.ValueKind is JsonValueKind.Array && operations.EnumerateArray().Any(IsVerify)))
        {
            return "has key_ops without \"verify\"";
        }

        foreach (var name in (ReadOnlySpan<string>)["kid", "alg"])
        {
            if (key.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.String)
            {
                return $"has {name} {value.ValueKind}; expected a string";
            }
        }

        return null;
    }

    private static bool IsVerify(JsonElement operation) => operation.ValueKind is JsonValueKind.String && operation.ValueEquals("verify");

    private static JsonWebKey? Rsa(JsonElement key, out string? reason)
    {
        var (modulus, exponent) = (Number(key, "n"), Number(key, "e"));
        if (modulus is null || exponent is null)
        {
            reason = "is an RSA key without n or e in base64url";
            return null;
        }

        var bits = modulus.Length == 0 ? 0 : (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        if (bits is < RsaWebKey.MinBits or > RsaWebKey.MaxBits)
        {
            reason = $"has {bits} bits; expected {RsaWebKey.MinBits} to {RsaWebKey.MaxBits}";
            return null;
        }

        // An exponent of 1 signs anything; even ones are no RSA; those above 64 bits are refused by OpenSSL.
        if (exponent is [] or [1] || exponent.Length > sizeof(ulong) || exponent[^1] % 2 == 0)
        {
            reason = "has an exponent that is not safe; expected an odd number above 1, at most 64 bits";
            return null;
        }

        return Importable(
            new RsaWebKey(new RSAParameters { Modulus = modulus, Exponent = exponent }) { KeyId = Text(key, "kid"), Algorithm = Text(key, "alg") },
            static algorithm => algorithm.Padding is not null,
            out reason);
    }

    private static JsonWebKey? Ec(JsonElement key, out string? reason)
    {
        var name = Text(key, "crv");
        (ECCurve Curve, int Length)? known = name switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => null,
        };
        if (known is not { } curve)
        {
            reason = $"has crv '{name}'; expected P-256, P-384 or P-521";
            return null;
        }

        var (x, y) = (Bytes(key, "x"), Bytes(key, "y"));
        if (x?.Length != curve.Length || y?.Length != curve.Length)
        {
            reason = $"has no x and y of {curve.Length} bytes in base64url";
            return null;
        }

        var parameters = new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } };
        return Importable(
            new EcWebKey(name!, parameters) { KeyId = Text(key, "kid"), Algorithm = Text(key, "alg") },
            algorithm => algorithm.Curve == name,
            out reason);
    }

    /// <summary>Has the platform read the key once: a point off its curve must not wait for the first token.</summary>
    private static JsonWebKey? Importable(JsonWebKey key, Func<JwtAlgorithm, bool> isOfItsType, out string? reason)
    {
        if (key.Algorithm is { } name && (JwtAlgorithm.Find(name) is not { } algorithm || !isOfItsType(algorithm)))
        {
            reason = $"has alg '{name}', which is not one that its type of key is used with";
            return null;
        }

        reason = key.TryImport() ? null : "was refused by the platform's cryptography";
        return reason is null ? key : null;
    }

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement key, string name) => Text(key, name) is { Length: > 0 } text ? Base64UrlText.Decode(text) : null;

    /// <summary>A number without leading zeros, which some issuers write.</summary>
    private static byte[]? Number(JsonElement key, string name) =>
        Bytes(key, name) is { } bytes ? bytes.AsSpan().TrimStart((byte)0).ToArray() : null;
}
