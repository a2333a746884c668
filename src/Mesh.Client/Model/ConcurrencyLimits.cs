namespace Mesh.Client.Model;

/// <summary>How much of a cluster may be in use at one time (Envoy's circuit_breakers of DEFAULT priority); null means no limit.</summary>
internal sealed record ConcurrencyLimits
{
    /// <summary>What holds where the configuration says nothing of requests (gRFC A32, Envoy).</summary>
    public const uint DefaultMaxRequests = 1024;

    public static ConcurrencyLimits None { get; } = new();

    /// <summary>Connections to all endpoints together.</summary>
    public uint? MaxConnections { get; init; }

    /// <summary>Requests that wait for a connection.</summary>
    public uint? MaxPendingRequests { get; init; }

    /// <summary>Requests that have been sent and whose responses have not ended.</summary>
    public uint? MaxRequests { get; init; }
}
