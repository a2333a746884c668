using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Carries a connection, unopened, to one of the weighted clusters (Envoy's TCP proxy).</summary>
internal sealed record TcpRoute(string Name)
{
    /// <summary>Envoy's default of <see cref="IdleTimeout"/>.</summary>
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromHours(1);

    /// <summary>At least one; weights are above zero.</summary>
    public required ImmutableArray<WeightedCluster> Clusters { get; init; }

    /// <summary>How many endpoints are tried until one accepts the connection; at least 1.</summary>
    public int MaxConnectAttempts { get; init; } = 1;

    /// <summary>The pause after the first failed attempt; zero for none.</summary>
    public TimeSpan BackoffBase { get; init; }

    /// <summary>The longest pause.</summary>
    public TimeSpan BackoffMax { get; init; }

    /// <summary>A connection on which nothing moves for so long is closed; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>A connection is closed at this age; null for never.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>By how much of itself <see cref="MaxDuration"/> may be longer, so that connections do not all end at once; 0 to 1.</summary>
    public double MaxDurationJitter { get; init; }

    /// <summary>Consistent hashing goes by the address of this process.</summary>
    public bool HashesSourceAddress { get; init; }
}
