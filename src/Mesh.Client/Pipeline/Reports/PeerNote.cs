namespace Mesh.Client.Pipeline.Reports;

/// <summary>Whose note a <see cref="CallPeer"/> keeps; one entry a sink.</summary>
internal enum PeerNote
{
    Metrics,
    Loads,
    Tracing,
    AccessLogs,

    /// <summary>How many there are.</summary>
    Count,
}
