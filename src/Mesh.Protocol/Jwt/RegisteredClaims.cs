using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Protocol.Jwt;

/// <summary>The claims that RFC 7519 4.1 gives a meaning to, each of the type that it has there.</summary>
internal readonly record struct RegisteredClaims(
    string Issuer, string Subject, ImmutableArray<string> Audiences, long? ExpiresAt, long? NotBefore, long? IssuedAt)
{
    // What a double holds exactly; a later time means nothing more than this one.
    private const double MaxSeconds = 1L << 53;

    public static JwtStatus Read(JsonElement claims, out RegisteredClaims registered)
    {
        registered = default;
        if (!TryText(claims, "iss", out var issuer))
        {
            return JwtStatus.IssuerNotString;
        }

        if (!TryText(claims, "sub", out var subject))
        {
            return JwtStatus.SubjectNotString;
        }

        if (!TryText(claims, "jti", out _))
        {
            return JwtStatus.TokenIdNotString;
        }

        if (!TryTime(claims, "iat", out var issuedAt))
        {
            return JwtStatus.IssuedAtNotInteger;
        }

        if (!TryTime(claims, "nbf", out var notBefore))
        {
            return JwtStatus.NotBeforeNotInteger;
        }

        if (!TryTime(claims, "exp", out var expiresAt))
        {
            return JwtStatus.ExpirationNotInteger;
        }

        if (!TryAudiences(claims, out var audiences))
        {
            return JwtStatus.AudienceNotString;
        }

        registered = new(issuer, subject, audiences, expiresAt, notBefore, issuedAt);
        return JwtStatus.Ok;
    }

    private static bool TryText(JsonElement claims, string name, out string text)
    {
        text = "";
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            return false;
        }

        text = value.GetString()!;
        return true;
    }

    /// <summary>Parts of a second are cut off (RFC 7519 2 allows them); a negative time is no time.</summary>
    private static bool TryTime(JsonElement claims, string name, out long? seconds)
    {
        seconds = null;
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var number) || !(number >= 0 && number <= MaxSeconds))
        {
            return false;
        }

        seconds = (long)number;
        return true;
    }

    private static bool TryAudiences(JsonElement claims, out ImmutableArray<string> audiences)
    {
        audiences = [];
        if (!claims.TryGetProperty("aud", out var value))
        {
            return true;
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            audiences = [value.GetString()!];
            return true;
        }

        if (value.ValueKind is not JsonValueKind.Array || value.EnumerateArray().Any(static item => item.ValueKind is not JsonValueKind.String))
        {
            return false;
        }

        audiences = [.. value.EnumerateArray().Select(static item => item.GetString()!)];
        return true;
    }
}
