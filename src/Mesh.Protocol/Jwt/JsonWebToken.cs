using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Protocol.Jwt;

/// <summary>A token that could be read (RFC 7519 as a compact JWS, RFC 7515 7.1); nothing of it is proven.</summary>
internal sealed class JsonWebToken
{
    /// <summary>Characters; longer tokens are refused before anything is done with them.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Levels of JSON.</summary>
    public const int MaxDepth = 32;

    /// <summary>The token as it came.</summary>
    public required string Text { get; init; }

    public required JwtAlgorithm Algorithm { get; init; }

    /// <summary>Which key has signed it; null when it does not say.</summary>
    public string? KeyId { get; init; }

    /// <summary>Empty without one, as all texts here.</summary>
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Seconds since 1970; null without one, as all times here.</summary>
    public long? ExpiresAt { get; init; }

    public long? NotBefore { get; init; }

    public long? IssuedAt { get; init; }

    /// <summary>The payload, a JSON object of strings that can all be read and no name twice.</summary>
    public required JsonElement Claims { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Base64url.</summary>
    public ReadOnlySpan<char> PayloadText => Text.AsSpan(Text.IndexOf('.') + 1)[..PayloadLength];

    /// <summary>What the signature is of: header and payload as they came.</summary>
    public ReadOnlySpan<char> Signed => Text.AsSpan(0, Text.LastIndexOf('.'));

    private int PayloadLength => Text.LastIndexOf('.') - Text.IndexOf('.') - 1;

    /// <summary>Whether the token is good at a time, with tolerance for clocks that differ.</summary>
    public JwtStatus CheckTime(DateTimeOffset now, TimeSpan skew)
    {
        var (seconds, tolerance) = (now.ToUnixTimeSeconds(), (long)skew.TotalSeconds);
        if (seconds + tolerance < NotBefore || seconds + tolerance < IssuedAt)
        {
            return JwtStatus.NotYetValid;
        }

        return seconds - tolerance > ExpiresAt ? JwtStatus.Expired : JwtStatus.Ok;
    }
}
