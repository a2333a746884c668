using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>A cluster as CDS says it, before its endpoints are joined to it.</summary>
internal sealed record ClusterResource(string Name, ClusterKind Kind)
{
    /// <summary>For <see cref="ClusterKind.Eds"/>: the name to ask EDS for.</summary>
    public string EndpointSetName { get; init; } = "";

    /// <summary>For <see cref="ClusterKind.StrictDns"/>: how long an answer is good.</summary>
    public TimeSpan DnsRefresh { get; init; }

    /// <summary>For <see cref="ClusterKind.Inline"/> and <see cref="ClusterKind.StrictDns"/>.</summary>
    public EndpointSet Endpoints { get; init; } = EndpointSet.Empty;

    /// <summary>For <see cref="ClusterKind.Aggregate"/>: cluster names, best first.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    public ClusterPolicy Policy { get; init; } = ClusterPolicy.Default;

    /// <summary>Whose it is, for telemetry; null when the control plane does not say.</summary>
    public ServiceReference? Service { get; init; }

    /// <summary>Its endpoints may all go at once: the control plane was told so (metadata <c>mesh</c>, <c>allow_empty</c>).</summary>
    public bool MayShrink { get; init; }

    /// <summary>Of which connections something other than plaintext is demanded, also in a form that cannot be read.</summary>
    public SecurityDemand SecurityDemand { get; init; }
}
