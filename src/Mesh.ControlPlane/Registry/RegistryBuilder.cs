using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registry;

/// <summary>Makes all services and endpoints from resources and registered processes; a pure function.</summary>
/// <param name="clusterDomain">Ends the names of cluster services, normally <c>cluster.local</c>.</param>
internal sealed class RegistryBuilder(string clusterDomain)
{
    public const string DefaultClusterDomain = "cluster.local";

    public RegistrySnapshot Build(long version, ConfigSnapshot config, IEnumerable<WorkloadInstance> instances)
    {
        var ordered = instances.OrderBy(instance => instance.NodeId, StringComparer.Ordinal).ToImmutableArray();
        var resources = OldestFirst(config);
        var workloads = WorkloadsOf(ordered, resources);

        // By host, one of each namespace, the oldest first.
        var drafts = resources.SelectMany(resource => DraftsOf(resource, workloads))
            .GroupBy(draft => draft.Service.Hostname, StringComparer.Ordinal)
            .ToDictionary(host => host.Key, OnePerNamespace, StringComparer.Ordinal);
        foreach (var group in ordered.Where(instance => instance.ServiceName.Length > 0).GroupBy(HostOf))
        {
            if (!drafts.ContainsKey(group.Key))
            {
                drafts.Add(group.Key, [AutomaticServiceSource.Service(group.Key, [.. group])]);
            }
        }

        return new RegistrySnapshot(
            version,
            drafts.ToFrozenDictionary(draft => draft.Key, draft => draft.Value[0].Service, StringComparer.Ordinal),
            drafts.Where(draft => draft.Value[0].Endpoints.Length > 0)
                .ToFrozenDictionary(draft => draft.Key, draft => draft.Value[0].Endpoints, StringComparer.Ordinal))
        {
            Shadowed = drafts.Where(draft => draft.Value.Length > 1).ToFrozenDictionary(
                draft => draft.Key,
                draft => draft.Value[1..].Select(other => new ShadowedService(other.Service, other.Endpoints)).ToImmutableArray(),
                StringComparer.Ordinal),
        };
    }

    // Several resources of one namespace describe one service together (istiod merges their ports and endpoints).
    private static ImmutableArray<ServiceDraft> OnePerNamespace(IEnumerable<ServiceDraft> drafts) =>
        [.. drafts.GroupBy(draft => draft.Service.Namespace, StringComparer.Ordinal).Select(group => group.Aggregate((first, next) => first.MergedWith(next)))];

    private string HostOf(WorkloadInstance instance) =>
        $"{instance.ServiceName}.{instance.Namespace}.svc.{clusterDomain}".ToLowerInvariant();

    private IEnumerable<ServiceDraft> DraftsOf(Resource resource, IReadOnlyList<Workload> workloads) => resource.Spec switch
    {
        ServiceSpec service => [CoreServiceSource.Service(resource, service, clusterDomain, workloads)],
        ServiceEntry entry => ServiceEntrySource.Services(resource, entry, workloads),
        _ => [],
    };

    private static ImmutableArray<Workload> WorkloadsOf(ImmutableArray<WorkloadInstance> instances, ImmutableArray<Resource> resources) =>
    [
        .. instances.Select(Workload.Of),
        .. resources.SelectMany(resource =>
            resource.Spec is WorkloadEntry entry ? new[] { Workload.Of(resource.Id, resource.Labels, entry) } : []),
    ];

    private static ImmutableArray<Resource> OldestFirst(ConfigSnapshot config) =>
    [
        .. config.Resources.Values
            .Where(resource => resource.Spec is ServiceSpec or ServiceEntry or WorkloadEntry)
            .OrderBy(resource => resource.Spec is ServiceSpec ? 0 : 1) // istiod: nobody takes the host of a core Service away by being older.
            .ThenBy(resource => resource.CreationTimestamp)
            .ThenBy(resource => resource.Id.Kind, StringComparer.Ordinal)
            .ThenBy(resource => resource.Id.Namespace, StringComparer.Ordinal)
            .ThenBy(resource => resource.Id.Name, StringComparer.Ordinal),
    ];
}
