using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Takes from the registered workloads who runs where: by the label that Kubernetes gives its nodes.</summary>
internal sealed class RegistryNodeWorkloads(WorkloadRegistry workloads) : INodeWorkloads
{
    private const string NodeLabel = "kubernetes.io/hostname";

    public bool RunsOn(string node, SpiffeId id) => workloads.Instances.Values.Any(instance =>
        instance.Namespace == id.Namespace
        && instance.ServiceAccount == id.ServiceAccount
        && instance.Labels.TryGetValue(NodeLabel, out var name)
        && name == node);
}
