namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>What clients may report (S48): a flood is refused and counted.</summary>
internal sealed record LoadLimits
{
    /// <summary>How often clients are asked to report.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Open streams; one more is refused with UNAVAILABLE.</summary>
    public int Streams { get; init; } = 10_000;

    /// <summary>Open streams of one node: a client that reconnects has two for a moment.</summary>
    public int StreamsPerNode { get; init; } = 2;

    /// <summary>Reports that may come at once, each as good as half an interval; one more ends the stream.</summary>
    public int Burst { get; init; } = 6;

    /// <summary>Bytes of one report.</summary>
    public int MessageSize { get; init; } = 1024 * 1024;

    /// <summary>Clusters of one report; what is over it is left out.</summary>
    public int Clusters { get; init; } = 1_000;

    /// <summary>Endpoints and localities of one report; what is over it is left out.</summary>
    public int Endpoints { get; init; } = 10_000;

    /// <summary>Requests that one number of a report may say: more is no count any more.</summary>
    public long Requests { get; init; } = 100_000_000;

    /// <summary>Nodes that are remembered after their stream has ended, with the number of their last report.</summary>
    public int Nodes { get; init; } = 20_000;

    /// <summary>How long.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan FirstReportTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
