using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.ControlPlane.Kubernetes.Watching;

namespace Mesh.ControlPlane.Kubernetes.Mirror;

/// <summary>Which kinds are read of an API server.</summary>
internal static class MirrorKinds
{
    /// <summary>As istiod reads them: neither releases of Helm nor tokens.</summary>
    private const string CertificatesOnly = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token";

    private static readonly string[] Core = ["Namespace", "ServiceAccount"];

    // So that manifests of whole applications can be applied here too.
    private static readonly string[] Apps = ["Deployment", "StatefulSet", "DaemonSet"];

    /// <summary>What services and endpoints are made of.</summary>
    public static ImmutableArray<WatchedKind> Registry { get; } =
    [
        new(KubernetesKinds.Service),
        new(KubernetesKinds.EndpointSlice),
        new(Find("Pod")),
        new(Find("Node")),
    ];

    /// <summary>What a store has: with the kinds of the registry those of Istio, of the Gateway API and of the mesh, and what they refer to.</summary>
    public static ImmutableArray<WatchedKind> Store { get; } =
    [
        .. ResourceKinds.All.Where(kind => ResourceKinds.IsMeshGroup(kind.Group)).Select(kind => new WatchedKind(kind)),
        .. Registry,
        .. Core.Select(kind => new WatchedKind(Find(kind))),
        .. Apps.Select(kind => new WatchedKind(ResourceKinds.Find("apps", kind)!)),
        new(KubernetesKinds.ConfigMap, $"metadata.name={MeshConfigDecoder.ConfigMapName}"),
        new(KubernetesKinds.Secret, CertificatesOnly),
    ];

    private static ResourceKind Find(string kind) => ResourceKinds.Find(ResourceKinds.CoreGroup, kind)!;
}
