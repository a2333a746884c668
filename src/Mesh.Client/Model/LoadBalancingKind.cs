namespace Mesh.Client.Model;

/// <summary>The load-balancing algorithms.</summary>
internal enum LoadBalancingKind
{
    RoundRobin,
    LeastRequest,
    Random,

    /// <summary>Consistent hashing on Ketama's ring (gRFC A42).</summary>
    RingHash,

    /// <summary>Consistent hashing with Maglev's table.</summary>
    Maglev,

    /// <summary>The endpoint that has answered fastest of late, for its requests under way; our own.</summary>
    PeakEwma,

    /// <summary>No choice: the address that the request itself names.</summary>
    Passthrough,
}
