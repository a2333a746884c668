namespace Mesh.Client.Model;

/// <summary>Which workload a process is one of, in the words of Istio's metrics. What is not known is empty.</summary>
internal sealed record WorkloadReference
{
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "";

    /// <summary>The canonical service (label <c>service.istio.io/canonical-name</c>, else <c>app</c>, else the workload's name).</summary>
    public string CanonicalService { get; init; } = "";

    /// <summary>The canonical revision (label <c>service.istio.io/canonical-revision</c>, else <c>version</c>, else <c>latest</c>).</summary>
    public string CanonicalRevision { get; init; } = "";

    /// <summary>The cluster of machines that it runs in, not that of xDS.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Label <c>app</c>.</summary>
    public string App { get; init; } = "";

    /// <summary>Label <c>version</c>.</summary>
    public string Version { get; init; } = "";
}
