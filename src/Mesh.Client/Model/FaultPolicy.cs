using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Faults to be injected into requests: a delay, an abort, or first the one and then the other (gRFC A33).</summary>
internal sealed record FaultPolicy
{
    /// <summary>Injects nothing, and hides what a less specific level injects.</summary>
    public static FaultPolicy None { get; } = new();

    public FaultDelay? Delay { get; init; }

    public FaultAbort? Abort { get; init; }

    /// <summary>All must hold for a request to be considered.</summary>
    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];

    /// <summary>Only requests to this cluster are considered; null means all.</summary>
    public string? UpstreamCluster { get; init; }

    /// <summary>Only requests with one of these in <c>x-envoy-downstream-service-node</c> are considered; empty means all.</summary>
    public ImmutableArray<string> DownstreamNodes { get; init; } = [];

    /// <summary>How many requests of this process may be held by faults at one time; null means no limit.</summary>
    public uint? MaxActiveFaults { get; init; }

    public bool IsEmpty => Delay is null && Abort is null;
}
