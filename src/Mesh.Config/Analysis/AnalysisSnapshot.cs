using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis;

/// <summary>All resources under analysis, by kind and name, in the order of their texts.</summary>
internal sealed class AnalysisSnapshot
{
    private readonly FrozenDictionary<KindName, ImmutableArray<AnalysisResource>> _byKind;
    private readonly FrozenDictionary<(KindName Kind, string FullName), AnalysisResource> _byName;
    private readonly Lazy<WorkloadIndex> _pods;
    private readonly Lazy<ServiceHosts> _hosts;

    /// <param name="resources">Of one that comes twice, the later counts.</param>
    /// <param name="settings">The mesh configuration.</param>
    public AnalysisSnapshot(IEnumerable<AnalysisResource> resources, MeshSettings settings)
    {
        Settings = settings;
        var latest = new OrderedDictionary<(string Cluster, KindName Kind, string FullName), AnalysisResource>();
        foreach (var resource in resources.Where(resource => !SystemNamespaces.Contains(resource.Home)))
        {
            latest[(resource.Cluster, resource.Kind, resource.FullName)] = resource;
        }

        Resources = [.. latest.Values];
        var own = Resources.Where(resource => resource.Cluster.Length == 0);
        _byKind = own.GroupBy(resource => resource.Kind).ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _byName = own.ToFrozenDictionary(resource => (resource.Kind, resource.FullName));
        _pods = new Lazy<WorkloadIndex>(() => new WorkloadIndex(All(KindNames.Pod)));
        _hosts = new Lazy<ServiceHosts>(() => new ServiceHosts(this));
    }

    /// <summary>Those of all clusters.</summary>
    public ImmutableArray<AnalysisResource> Resources { get; }

    public MeshSettings Settings { get; }

    public WorkloadIndex Pods => _pods.Value;

    /// <summary>What can be a destination.</summary>
    public ServiceHosts Hosts => _hosts.Value;

    public ImmutableArray<AnalysisResource> All(KindName kind) => _byKind.GetValueOrDefault(kind, []);

    /// <summary>The resource, or null.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="ns">Its namespace, unless the name has one of its own.</param>
    /// <param name="name">Its name, or a namespace, a slash and its name.</param>
    public AnalysisResource? Find(KindName kind, string ns, string name) =>
        _byName.GetValueOrDefault((kind, FullNameOf(ns, name)));

    /// <summary>The full name that a reference means.</summary>
    public static string FullNameOf(string ns, string name) =>
        ns.Length == 0 || name.Contains('/', StringComparison.Ordinal) ? name : $"{ns}/{name}";
}
