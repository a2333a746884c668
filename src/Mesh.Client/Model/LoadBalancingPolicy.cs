namespace Mesh.Client.Model;

/// <summary>How an endpoint is chosen.</summary>
/// <param name="Kind">The algorithm.</param>
/// <param name="ChoiceCount">For <see cref="LoadBalancingKind.LeastRequest"/>: how many random endpoints compete; at least 2.</param>
internal sealed record LoadBalancingPolicy(LoadBalancingKind Kind, int ChoiceCount = 2)
{
    public const ulong DefaultMinimumRingSize = 1024;
    public const ulong LargestRingSize = 8 * 1024 * 1024;
    public const int DefaultTableSize = 65_537;

    /// <summary>For <see cref="LoadBalancingKind.LeastRequest"/> with weights: how much requests under way count; 0 makes it round robin (Envoy).</summary>
    public double ActiveRequestBias { get; init; } = 1;

    public ulong MinimumRingSize { get; init; } = DefaultMinimumRingSize;

    public ulong MaximumRingSize { get; init; } = LargestRingSize;

    /// <summary>For <see cref="LoadBalancingKind.Maglev"/>: a prime.</summary>
    public int TableSize { get; init; } = DefaultTableSize;

    /// <summary>For consistent hashing: endpoints are placed by their host names instead of their addresses.</summary>
    public bool HashesHostNames { get; init; }

    /// <summary>For consistent hashing: the load that an endpoint may have in percent of the average; null means any.</summary>
    public uint? HashBalanceFactor { get; init; }

    /// <summary>For <see cref="LoadBalancingKind.PeakEwma"/>: the time in which what was measured loses most of its say.</summary>
    public TimeSpan LatencyDecay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For round robin and least request: new endpoints begin with less; null means at once.</summary>
    public WarmupPolicy? Warmup { get; init; }

    /// <summary>Whether a locality is chosen by its weight first; otherwise all endpoints of a priority are one set.</summary>
    public bool UsesLocalityWeights { get; init; } = true;

    /// <summary>Share of available endpoints, in percent, below which a priority uses all it has; 0 means never.</summary>
    public double PanicThreshold { get; init; }

    /// <summary>The health that an endpoint may have to keep its sessions (gRFC A55).</summary>
    public EndpointHealthSet OverrideHealth { get; init; } = EndpointHealthSet.Default;
}
