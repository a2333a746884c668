using System.Collections.Immutable;
using Mesh.Protocol.Jwt;

namespace Mesh.Client.Model;

/// <summary>An issuer of tokens: where its tokens are found, what makes them good, and what the application learns of them.</summary>
internal sealed record JwtProvider(string Name)
{
    /// <summary>What claim <c>iss</c> must be; empty for any.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>One of these must be in claim <c>aud</c>; empty for no condition.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Null for no condition.</summary>
    public StringMatch? Subjects { get; init; }

    public bool RequiresExpiration { get; init; }

    /// <summary>How long a token may still be good; null for no limit. Goes with <see cref="RequiresExpiration"/>.</summary>
    public TimeSpan? MaxLifetime { get; init; }

    /// <summary>Tolerance for clocks that differ.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Empty when they could not be had: all tokens are refused then.</summary>
    public JsonWebKeySet Keys { get; init; } = JsonWebKeySet.Empty;

    public ImmutableArray<JwtHeaderPlace> Headers { get; init; } = [];

    public ImmutableArray<string> Parameters { get; init; } = [];

    public ImmutableArray<string> Cookies { get; init; } = [];

    /// <summary>The application gets the token itself, too.</summary>
    public bool ForwardsToken { get; init; }

    /// <summary>Header that tells the application the payload, in base64url; empty for none.</summary>
    public string PayloadHeader { get; init; } = "";

    public bool PadsPayload { get; init; }

    public ImmutableArray<JwtClaimHeader> ClaimHeaders { get; init; } = [];

    /// <summary>Claims whose text is a list of words; policies see the list.</summary>
    public ImmutableArray<string> SpaceDelimitedClaims { get; init; } = [];
}
