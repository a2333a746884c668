using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Groups;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registry;

/// <summary>Makes all services and endpoints from resources, registered processes and other registries; a pure function.</summary>
/// <param name="clusterDomain">Ends the names of cluster services, normally <c>cluster.local</c>.</param>
/// <param name="own">Where the workloads of this control plane are; null where there is but one cluster.</param>
internal sealed class RegistryBuilder(string clusterDomain, RegistryLabel? own = null)
{
    public const string DefaultClusterDomain = "cluster.local";

    private readonly RegistryLabel _own = own ?? new RegistryLabel("mesh");

    // Of entries that bring their endpoints along: most changes are to one resource of many.
    private readonly ConditionalWeakTable<Resource, ServiceDraft[]> _selfContained = [];

    /// <param name="version">Of the result.</param>
    /// <param name="config">All resources.</param>
    /// <param name="instances">The registered processes.</param>
    /// <param name="registries">What other registries list, the preferred first; those of other control planes last.</param>
    public RegistrySnapshot Build(
        long version, ConfigSnapshot config, IEnumerable<WorkloadInstance> instances, IReadOnlyList<(RegistryLabel Label, RegistryAnswer Answer)>? registries = null)
    {
        registries ??= [];
        var ordered = instances.OrderBy(instance => instance.NodeId, StringComparer.Ordinal).ToImmutableArray();
        var resources = OldestFirst(config);
        ImmutableArray<Workload> workloads = [.. WorkloadsOf(ordered, resources)];
        ImmutableArray<Workload> selectable = [.. workloads, .. registries.SelectMany(registry => registry.Answer.Workloads)];
        var table = new ServiceTable(MeshNetworks.Of(config));
        foreach (var draft in resources.SelectMany(resource => DraftsOf(resource, workloads, selectable)))
        {
            table.Add(draft, _own);
        }

        foreach (var (label, answer) in registries.Where(registry => !registry.Label.IsPeer))
        {
            Add(table, label, answer, config, workloads);
        }

        // Last of what is here: whoever describes a service knows it better than its processes.
        foreach (var group in ordered.Where(instance => instance.ServiceName.Length > 0).GroupBy(HostOf).Where(group => !table.IsSelecting(group.Key)))
        {
            table.Add(AutomaticServiceSource.Service(group.Key, [.. group]), _own);
        }

        var peers = registries.Where(registry => registry.Label.IsPeer).ToArray();
        if (peers.Length == 0)
        {
            return table.ToSnapshot(version);
        }

        var exported = table.ToSnapshot(version);
        foreach (var (label, answer) in peers)
        {
            Add(table, label, answer, config, workloads: []);
        }

        return table.ToSnapshot(version) with { Exported = exported };
    }

    private void Add(ServiceTable table, RegistryLabel label, RegistryAnswer answer, ConfigSnapshot config, ImmutableArray<Workload> workloads)
    {
        table.Add(answer.Gateways);
        foreach (var draft in answer.Services)
        {
            table.Add(draft, label);

            // The same object may be in the store, which has put its workloads behind it already.
            if (draft.Selecting is { Spec: ServiceSpec spec } service && !config.Resources.ContainsKey(service.Id))
            {
                table.Add(new ServiceDraft(draft.Service, CoreServiceSource.EndpointsOf(service, spec, workloads)), _own);
            }
        }
    }

    private string HostOf(WorkloadInstance instance) =>
        $"{instance.ServiceName}.{instance.Namespace}.svc.{clusterDomain}".ToLowerInvariant();

    // Which pods are behind a core Service their own cluster says; ServiceEntries select them here (istiod).
    private ServiceDraft[] DraftsOf(Resource resource, ImmutableArray<Workload> workloads, ImmutableArray<Workload> selectable) => resource.Spec switch
    {
        ServiceSpec service => [CoreServiceSource.Service(resource, service, clusterDomain, workloads) with { Selecting = resource }],
        ServiceEntry { WorkloadSelector: null } => _selfContained.GetValue(resource, static resource => EntriesOf(resource, [])),
        ServiceEntry => EntriesOf(resource, selectable),
        _ => [],
    };

    private static ServiceDraft[] EntriesOf(Resource resource, IReadOnlyList<Workload> workloads) =>
        [.. ServiceEntrySource.Services(resource, (ServiceEntry)resource.Spec!, workloads).Select(draft => draft with { Selecting = resource })];

    // A process that registered with a group is in the configuration too, as the WorkloadEntry that was made for it: it counts once.
    private static IEnumerable<Workload> WorkloadsOf(ImmutableArray<WorkloadInstance> instances, ImmutableArray<Resource> resources)
    {
        var entries = resources.Where(resource => resource.Spec is WorkloadEntry).ToDictionary(resource => resource.Id);
        foreach (var instance in instances)
        {
            var workload = Workload.Of(instance);
            yield return GroupEntries.IdOf(instance) is { } id && entries.Remove(id, out var made) ? workload.RegisteredAs(GroupEntries.Workload(made)) : workload;
        }

        foreach (var entry in resources.Where(resource => entries.ContainsKey(resource.Id)))
        {
            yield return GroupEntries.Workload(entry);
        }
    }

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
