using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Labels of a workload, with those that Istio adds for its locality.</summary>
internal readonly struct TopologyLabels
{
    private const string RegionLabel = "topology.kubernetes.io/region";
    private const string ZoneLabel = "topology.kubernetes.io/zone";
    private const string SubZoneLabel = "topology.istio.io/subzone";

    private readonly IReadOnlyDictionary<string, string> _labels;
    private readonly LocalityName _locality;

    public TopologyLabels(ServiceEndpoint endpoint) => (_labels, _locality) = (endpoint.Labels, LocalityName.Parse(endpoint.Locality));

    /// <param name="joined">The form of <see cref="ClientView.Labels"/>.</param>
    /// <param name="locality">Where the client runs.</param>
    public TopologyLabels(string joined, LocalityName locality)
    {
        _labels = joined.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToImmutableDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "", StringComparer.Ordinal);
        _locality = locality;
    }

    /// <summary>Empty when there is no such label, which two workloads without it have in common (istiod).</summary>
    public string Find(string key) => key switch
    {
        RegionLabel when _locality.Region.Length > 0 => _locality.Region,
        ZoneLabel when _locality.Zone.Length > 0 => _locality.Zone,
        SubZoneLabel when _locality.SubZone.Length > 0 => _locality.SubZone,
        _ => _labels.GetValueOrDefault(key, ""),
    };
}
