using System.Collections.Immutable;

namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>What is kept of a token: never its secret.</summary>
/// <param name="Id">Names the token; no secret.</param>
/// <param name="Hash">SHA-256 of the secret; enough, as the secret is 256 random bits.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Subject">The SPIFFE id, or the name of an API caller.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">It is worth nothing from then on.</param>
internal sealed record TokenRecord(string Id, byte[] Hash, TokenKind Kind, string Subject, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Who made it.</summary>
    public string? Creator { get; init; }

    /// <summary>Good for one certificate.</summary>
    public bool IsOnce { get; init; }

    /// <summary>When a token for one certificate got it.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>The machine that the holder runs on, for agents that get certificates for others there.</summary>
    public string? Node { get; init; }

    /// <summary>What the holder may do at the API, as <c>role</c> or <c>role@namespace</c>.</summary>
    public ImmutableArray<string> Grants { get; init; } = [];
}
