using System.Collections.Immutable;
using System.Net;

namespace Mesh.Client.Model;

/// <summary>A condition on connections (Envoy's FilterChainMatch); a part that is empty asks for nothing.</summary>
internal sealed record ConnectionMatch
{
    public static ConnectionMatch Any { get; } = new();

    /// <summary>The port that is dialled; null for any.</summary>
    public int? Port { get; init; }

    /// <summary>Ranges of the address that is dialled.</summary>
    public ImmutableArray<IPNetwork> Prefixes { get; init; } = [];

    /// <summary>Lower-case server names of the caller's TLS, exact or with a leading <c>*.</c>.</summary>
    public ImmutableArray<string> ServerNames { get; init; } = [];

    /// <summary>Whether the caller must speak TLS, or must not; null for either.</summary>
    public bool? IsTls { get; init; }

    /// <summary>Protocols that the caller's TLS offers (ALPN).</summary>
    public ImmutableArray<string> ApplicationProtocols { get; init; } = [];
}
