using System.Collections.Immutable;

namespace Mesh.Config;

/// <summary>Kubernetes' own kinds, which stand beside the mesh's in the same manifests.</summary>
internal static class KubernetesKinds
{
    private const string Core = ResourceKinds.CoreGroup;

    public static ResourceKind Service { get; } =
        new(Core, "Service", "services", ["v1"], Kubernetes.Core.ServiceSpec.Descriptor) { Strict = false };

    /// <summary>One ConfigMap holds the mesh configuration; the others are left alone.</summary>
    public static ResourceKind ConfigMap { get; } = Foreign(Core, "ConfigMap", "configmaps");

    public static ResourceKind Secret { get; } =
        new(Core, "Secret", "secrets", ["v1"], Kubernetes.Core.Secret.Descriptor) { Strict = false, IsFlat = true };

    public static ResourceKind EndpointSlice { get; } =
        new("discovery.k8s.io", "EndpointSlice", "endpointslices", ["v1"], Kubernetes.Discovery.EndpointSlice.Descriptor)
        {
            Use = ResourceUse.NoEffect, Strict = false, IsFlat = true,
        };

    public static ImmutableArray<ResourceKind> All { get; } =
    [
        Service, ConfigMap, Secret, EndpointSlice,
        Cluster(Core, "Namespace", "namespaces"),
        Foreign(Core, "ServiceAccount", "serviceaccounts"),
        Foreign(Core, "Pod", "pods"),
        Foreign(Core, "Endpoints", "endpoints"),
        Cluster(Core, "Node", "nodes"),
        Cluster(Core, "PersistentVolume", "persistentvolumes"),
        Foreign(Core, "PersistentVolumeClaim", "persistentvolumeclaims"),
        Foreign(Core, "ReplicationController", "replicationcontrollers"),
        Foreign(Core, "ResourceQuota", "resourcequotas"),
        Foreign(Core, "LimitRange", "limitranges"),
        Foreign("apps", "Deployment", "deployments"),
        Foreign("apps", "StatefulSet", "statefulsets"),
        Foreign("apps", "DaemonSet", "daemonsets"),
        Foreign("apps", "ReplicaSet", "replicasets"),
        Foreign("batch", "Job", "jobs"),
        Foreign("batch", "CronJob", "cronjobs") with { Versions = ["v1", "v1beta1"] },
        Foreign("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers") with { Versions = ["v2", "v1"] },
        Foreign("policy", "PodDisruptionBudget", "poddisruptionbudgets") with { Versions = ["v1", "v1beta1"] },
        Foreign("networking.k8s.io", "Ingress", "ingresses"),
        Cluster("networking.k8s.io", "IngressClass", "ingressclasses"),
        Foreign("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
        Foreign("rbac.authorization.k8s.io", "Role", "roles"),
        Foreign("rbac.authorization.k8s.io", "RoleBinding", "rolebindings"),
        Cluster("rbac.authorization.k8s.io", "ClusterRole", "clusterroles"),
        Cluster("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings"),
        Cluster("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions"),
        Cluster("admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
        Cluster("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),

        // Gone from clusters since 1.22; older kubectl's prune asks for it all the same.
        Foreign("extensions", "Ingress", "ingresses") with { Versions = ["v1beta1"] },
    ];

    private static ResourceKind Foreign(string group, string kind, string plural) =>
        new(group, kind, plural, ["v1"], Spec: null) { Use = ResourceUse.Ignored, Strict = false };

    private static ResourceKind Cluster(string group, string kind, string plural) => Foreign(group, kind, plural) with { Namespaced = false };
}
