using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Kubernetes.Discovery;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registries.Kubernetes;

/// <summary>Makes services of Services and their EndpointSlices, with what Pods and Nodes say of the endpoints; a pure function.</summary>
internal static class KubernetesServices
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    public static RegistryAnswer Read(ConfigSnapshot snapshot, string clusterDomain)
    {
        var pods = new ClusterPods(snapshot);
        var slices = snapshot.Resources.Values.Where(resource => resource.Spec is EndpointSlice && resource.Labels.ContainsKey(ServiceNameLabel))
            .ToLookup(slice => (slice.Id.Namespace, slice.Labels[ServiceNameLabel]));
        var drafts = from resource in snapshot.Resources.Values
                     where resource.Spec is ServiceSpec
                     orderby resource.CreationTimestamp, resource.Id.Namespace, resource.Id.Name
                     select Draft(resource, (ServiceSpec)resource.Spec!, slices[(resource.Id.Namespace, resource.Id.Name)], pods, clusterDomain);
        return new RegistryAnswer([.. drafts]) { Workloads = pods.Selectable };
    }

    private static ServiceDraft Draft(Resource resource, ServiceSpec spec, IEnumerable<Resource> slices, ClusterPods pods, string clusterDomain)
    {
        var draft = CoreServiceSource.Service(resource, spec, clusterDomain, []) with { Selecting = resource };
        if (draft.Service.Resolution != ServiceResolution.Static)
        {
            return draft;
        }

        var endpoints = new List<PodEndpoint>();
        foreach (var slice in slices.OrderBy(slice => slice.Id.Name, StringComparer.Ordinal))
        {
            endpoints.AddRange(Endpoints(draft.Service, spec, slice, (EndpointSlice)slice.Spec!, pods));
        }

        // A pod may be in two slices while it moves from one to the other.
        var distinct = endpoints.DistinctBy(member => (member.Endpoint.Address, member.Endpoint.Port, member.Endpoint.ServicePortName));
        return draft with { Endpoints = PodEndpoint.Join(distinct, spec.ClusterIps.FirstOrDefault(spec.ClusterIp)) };
    }

    private static IEnumerable<PodEndpoint> Endpoints(Registry.Service service, ServiceSpec spec, Resource resource, EndpointSlice slice, ClusterPods pods)
    {
        if (slice.AddressType is not ("IPv4" or "IPv6"))
        {
            yield break;
        }

        foreach (var endpoint in slice.Endpoints)
        {
            var name = endpoint.TargetRef is { Kind: "Pod" } target ? (target.Namespace.Length > 0 ? target.Namespace : resource.Id.Namespace, target.Name) : default;
            var pod = name.Name is null ? null : pods.Find(name.Item1, name.Name);
            var made = Endpoint(resource, endpoint, pod, pods) with { State = StateOf(endpoint, spec.PublishNotReadyAddresses) };
            foreach (var port in slice.Ports.Where(port => port.Port is > 0))
            {
                // The name of a slice's port is that of the service's; of a single port it may be empty on both sides.
                var portName = port.Name.Length > 0 ? port.Name : service.Ports.Length > 0 ? service.Ports[0].Name : "";
                foreach (var address in endpoint.Addresses)
                {
                    yield return new PodEndpoint(name, made with { Address = address, Port = port.Port!.Value, ServicePortName = portName });
                }
            }
        }
    }

    private static ServiceEndpoint Endpoint(Resource slice, Config.Kubernetes.Discovery.Endpoint endpoint, Workload? pod, ClusterPods pods)
    {
        var locality = pod?.Locality is { Length: > 0 } own ? own : pods.LocalityOf(endpoint.NodeName);
        return new ServiceEndpoint
        {
            Address = "",
            Port = 0,
            ServicePortName = "",
            Labels = pod?.Labels ?? ImmutableSortedDictionary<string, string>.Empty,
            Namespace = slice.Id.Namespace,
            WorkloadName = pod?.Name ?? "",
            ServiceAccount = pod?.ServiceAccount ?? "",

            // A zone is written with its region only on nodes; alone it would be taken for a region.
            Locality = locality.Length > 0 ? locality : endpoint.Zone.Length > 0 ? $"/{endpoint.Zone}" : "",
            Network = pod?.Network ?? "",
        };
    }

    /// <summary>One that ends and can serve still finishes what it has (KEP-1672); unset conditions count as ready.</summary>
    private static EndpointState StateOf(Config.Kubernetes.Discovery.Endpoint endpoint, bool publishesNotReady)
    {
        var conditions = endpoint.Conditions;
        if (conditions?.Terminating == true)
        {
            return conditions.Serving ?? conditions.Ready ?? true ? EndpointState.Draining : EndpointState.NotReady;
        }

        return publishesNotReady || (conditions?.Ready ?? true) ? EndpointState.Ready : EndpointState.NotReady;
    }
}
