using Mesh.Client.LoadBalancing.Lanes;

namespace Mesh.Client;

/// <summary>Lanes: requests that carry a lane go to the workloads of that lane, at any depth, and to the baseline where there is none (<c>Mesh:Lanes</c>).</summary>
public sealed class MeshLaneOptions
{
    /// <summary>Whether endpoints are divided by lanes. Default: true; it costs nothing while no workload has a lane.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The header by which requests ask for a lane; it flows on by itself. Default: <c>x-lane</c>.</summary>
    public string Header { get; set; } = "x-lane";

    /// <summary>The label of a workload that tells its lane: <c>lane</c> (default), or <c>version</c>.</summary>
    public string Label { get; set; } = "lane";

    /// <summary>The value of the label that counts as no lane, besides none at all, such as <c>v1</c> when versions are lanes. Default: none.</summary>
    public string Baseline { get; set; } = "";

    /// <summary>Null when lanes are off.</summary>
    internal LaneRule? ToRule() => Enabled ? new LaneRule(Label == VersionLabel, Baseline, Header.ToLowerInvariant()) : null;

    internal const string LaneLabel = "lane";
    internal const string VersionLabel = "version";
}
