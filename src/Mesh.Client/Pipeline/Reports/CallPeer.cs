using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>Whom calls go to, as telemetry tells them apart: a cluster's service and one workload behind it. All endpoints of the workload share it, through updates that change nothing of it.</summary>
/// <param name="cluster">The xDS name; empty when there is none.</param>
/// <param name="service">Null when the control plane does not say.</param>
/// <param name="workload">Null when the control plane does not say, and when no endpoint was reached.</param>
internal sealed class CallPeer(string cluster, ServiceReference? service, WorkloadReference? workload)
{
    /// <summary>Istio's name for what passes through the mesh unknown.</summary>
    public const string PassthroughCluster = "PassthroughCluster";

    /// <summary>Istio's name for what is unknown and refused.</summary>
    public const string BlackHoleCluster = "BlackHoleCluster";

    private readonly object?[] _notes = new object?[(int)PeerNote.Count];

    public string Cluster => cluster;

    public ServiceReference? Service => service;

    public WorkloadReference? Workload => workload;

    /// <summary>What a sink wants to find again at once with the next call; set by any thread, so several may have made the same.</summary>
    public object? this[PeerNote note]
    {
        get => Volatile.Read(ref _notes[(int)note]);
        set => Volatile.Write(ref _notes[(int)note], value);
    }
}
