namespace Mesh.ControlPlane.Generation;

/// <summary>All that generation may know of a client; two clients with equal views get the same resources.</summary>
/// <param name="Kind">Which features the client reads.</param>
/// <param name="Namespace">Its configuration namespace.</param>
/// <param name="DnsDomain">Completes short names, normally <c>namespace.svc.cluster.local</c>.</param>
/// <param name="Labels">Its workload labels as <c>key=value</c>, sorted, joined by commas.</param>
/// <param name="Locality"><c>region/zone/subzone</c>.</param>
internal sealed record ClientView(ClientKind Kind, string Namespace, string DnsDomain, string Labels, string Locality)
{
    /// <summary>As its credential proves it; null on a stream without one.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>From where it calls; empty reaches every endpoint directly.</summary>
    public string Network { get; init; } = "";

    /// <summary>Where it runs; empty where there is but one cluster.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The WorkloadGroup that it registers with; empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>It takes requests from outside for the servers of Gateway resources (Istio's node type <c>router</c>).</summary>
    public bool IsGateway { get; init; }

    /// <summary>Characters of all its text, which the client chooses.</summary>
    public int Length => Namespace.Length + DnsDomain.Length + Labels.Length + Locality.Length + Network.Length + Cluster.Length + Group.Length;
}
