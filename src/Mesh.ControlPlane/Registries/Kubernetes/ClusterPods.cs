using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registries.Kubernetes;

/// <summary>The pods of a cluster with where they run.</summary>
internal sealed class ClusterPods
{
    private const string RegionLabel = "topology.kubernetes.io/region";
    private const string ZoneLabel = "topology.kubernetes.io/zone";

    // Kubernetes before 1.17.
    private const string OldRegionLabel = "failure-domain.beta.kubernetes.io/region";
    private const string OldZoneLabel = "failure-domain.beta.kubernetes.io/zone";
    private const string SubZoneLabel = "topology.istio.io/subzone";

    // Of a pod, wins over its node's.
    private const string LocalityLabel = "istio-locality";

    private readonly FrozenDictionary<string, string> _localities;
    private readonly FrozenDictionary<(string Namespace, string Name), Workload> _pods;

    public ClusterPods(ConfigSnapshot snapshot)
    {
        _localities = snapshot.Resources.Values.Where(resource => resource.Id is { Kind: "Node", Group: "" })
            .ToFrozenDictionary(node => node.Id.Name, LocalityOf, StringComparer.Ordinal);
        _pods = snapshot.Resources.Values.Where(resource => resource.Id is { Kind: "Pod", Group: "" })
            .ToFrozenDictionary(pod => (pod.Id.Namespace, pod.Id.Name), Pod);
    }

    /// <summary>Those that selectors of ServiceEntries may choose from: running, with an address of their own.</summary>
    public ImmutableArray<Workload> Selectable =>
        [.. _pods.Values.Where(pod => pod is { Address.Length: > 0, State: EndpointState.Ready }).OrderBy(pod => pod.Namespace, StringComparer.Ordinal).ThenBy(pod => pod.Name, StringComparer.Ordinal)];

    public Workload? Find(string ns, string name) => _pods.GetValueOrDefault((ns, name));

    /// <summary>Empty when the node says nothing.</summary>
    public string LocalityOf(string node) => _localities.GetValueOrDefault(node, "");

    private Workload Pod(Resource pod)
    {
        var (spec, status) = (pod.Document.Field("spec"), pod.Document.Field("status"));
        var own = pod.Labels.GetValueOrDefault(LocalityLabel, "").Replace('.', '/');
        return new Workload
        {
            Namespace = pod.Id.Namespace,
            Name = WorkloadName(pod),
            ServiceAccount = spec.Text("serviceAccountName") is { Length: > 0 } account ? account : "default",
            Labels = pod.Labels,
            Address = status.Text("podIP"),
            AdditionalAddresses = [.. status.Items("podIPs").Select(address => address.Text("ip")).Where(address => address.Length > 0 && address != status.Text("podIP"))],
            Ports = Ports(spec),
            Locality = own.Length > 0 ? own : LocalityOf(spec.Text("nodeName")),
            Network = pod.Labels.GetValueOrDefault(NetworkGateway.NetworkLabel, ""),
            State = IsReady(pod.Document.Field("metadata"), status) ? EndpointState.Ready : EndpointState.NotReady,
            HasAllPorts = false,
        };
    }

    /// <summary>The name of the Deployment, not of one of its pods (istiod reads it off the generated names).</summary>
    private static string WorkloadName(Resource pod)
    {
        var owner = pod.Document.Field("metadata").Items("ownerReferences").FirstOrDefault(reference => reference.IsTrue("controller"));
        var (kind, name) = (owner.Text("kind"), owner.Text("name"));
        var hash = pod.Labels.GetValueOrDefault("pod-template-hash", "");
        return kind switch
        {
            "ReplicaSet" when hash.Length > 0 && name.EndsWith("-" + hash, StringComparison.Ordinal) => name[..^(hash.Length + 1)],
            "" => pod.Id.Name,
            _ => name,
        };
    }

    private static ImmutableSortedDictionary<string, int> Ports(JsonElement spec)
    {
        var ports = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var port in spec.Items("containers").SelectMany(container => container.Items("ports")))
        {
            if (port.Text("name") is { Length: > 0 } name)
            {
                ports.TryAdd(name, port.Number("containerPort"));
            }
        }

        return ports.ToImmutable();
    }

    private static bool IsReady(JsonElement metadata, JsonElement status) =>
        metadata.Text("deletionTimestamp").Length == 0
        && status.Text("phase") == "Running"
        && status.Items("conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");

    private static string LocalityOf(Resource node)
    {
        var region = Label(RegionLabel, OldRegionLabel);
        var zone = Label(ZoneLabel, OldZoneLabel);
        return string.Join('/', region, zone, node.Labels.GetValueOrDefault(SubZoneLabel, "")).TrimEnd('/');

        string Label(string key, string old) => node.Labels.GetValueOrDefault(key) ?? node.Labels.GetValueOrDefault(old, "");
    }
}
