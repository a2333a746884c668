using System.Collections.Frozen;

namespace Mesh.Config;

/// <summary>The short names and categories of kinds, as Istio's and the Gateway API's definitions and Kubernetes itself give them.</summary>
internal static class ResourceNames
{
    private static readonly FrozenDictionary<(string Group, string Kind), string[]> Short = new Dictionary<(string, string), string[]>
    {
        [(ResourceKinds.NetworkingGroup, "VirtualService")] = ["vs"],
        [(ResourceKinds.NetworkingGroup, "DestinationRule")] = ["dr"],
        [(ResourceKinds.NetworkingGroup, "ServiceEntry")] = ["se"],
        [(ResourceKinds.NetworkingGroup, "WorkloadEntry")] = ["we"],
        [(ResourceKinds.NetworkingGroup, "WorkloadGroup")] = ["wg"],
        [(ResourceKinds.NetworkingGroup, "Gateway")] = ["gw"],
        [(ResourceKinds.SecurityGroup, "PeerAuthentication")] = ["pa"],
        [(ResourceKinds.SecurityGroup, "RequestAuthentication")] = ["ra"],
        [(ResourceKinds.SecurityGroup, "AuthorizationPolicy")] = ["ap"],
        [(ResourceKinds.TelemetryGroup, "Telemetry")] = ["telemetry"],
        [(ResourceKinds.GatewayApiGroup, "GatewayClass")] = ["gc"],
        [(ResourceKinds.GatewayApiGroup, "Gateway")] = ["gtw"],
        [(ResourceKinds.GatewayApiGroup, "ReferenceGrant")] = ["refgrant"],
        [(ResourceKinds.GatewayApiGroup, "BackendTLSPolicy")] = ["btlspolicy"],
        [(ResourceKinds.CoreGroup, "Namespace")] = ["ns"],
        [(ResourceKinds.CoreGroup, "Service")] = ["svc"],
        [(ResourceKinds.CoreGroup, "ServiceAccount")] = ["sa"],
        [(ResourceKinds.CoreGroup, "ConfigMap")] = ["cm"],
        [(ResourceKinds.CoreGroup, "Pod")] = ["po"],
        [(ResourceKinds.CoreGroup, "Event")] = ["ev"],
        [(ResourceKinds.CoreGroup, "PersistentVolume")] = ["pv"],
        [(ResourceKinds.CoreGroup, "PersistentVolumeClaim")] = ["pvc"],
        [(ResourceKinds.CoreGroup, "Endpoints")] = ["ep"],
        [(ResourceKinds.CoreGroup, "Node")] = ["no"],
        [(ResourceKinds.CoreGroup, "ReplicationController")] = ["rc"],
        [(ResourceKinds.CoreGroup, "ResourceQuota")] = ["quota"],
        [(ResourceKinds.CoreGroup, "LimitRange")] = ["limits"],
        [("apps", "ReplicaSet")] = ["rs"],
        [("batch", "CronJob")] = ["cj"],
        [("autoscaling", "HorizontalPodAutoscaler")] = ["hpa"],
        [("policy", "PodDisruptionBudget")] = ["pdb"],
        [("networking.k8s.io", "NetworkPolicy")] = ["netpol"],
        [("apps", "Deployment")] = ["deploy"],
        [("apps", "StatefulSet")] = ["sts"],
        [("apps", "DaemonSet")] = ["ds"],
        [("networking.k8s.io", "Ingress")] = ["ing"],
        [("apiextensions.k8s.io", "CustomResourceDefinition")] = ["crd", "crds"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]> GroupCategories = new Dictionary<string, string[]>
    {
        [ResourceKinds.NetworkingGroup] = ["istio-io", "networking-istio-io"],
        [ResourceKinds.SecurityGroup] = ["istio-io", "security-istio-io"],
        [ResourceKinds.TelemetryGroup] = ["istio-io", "telemetry-istio-io"],
        [ResourceKinds.ExtensionsGroup] = ["istio-io", "extensions-istio-io"],
        [ResourceKinds.GatewayApiGroup] = ["gateway-api"],
        [ResourceKinds.MeshGroup] = ["mesh"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> BuiltInGroups =
        new[]
        {
            ResourceKinds.CoreGroup, "apps", "batch", "autoscaling", "policy", "discovery.k8s.io", "networking.k8s.io", "rbac.authorization.k8s.io", "apiextensions.k8s.io",
            "admissionregistration.k8s.io",
        }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<(string Group, string Kind)> AllCategory = new[]
    {
        (ResourceKinds.CoreGroup, "Pod"), (ResourceKinds.CoreGroup, "ReplicationController"), (ResourceKinds.CoreGroup, "Service"), ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"),
        ("apps", "ReplicaSet"), ("batch", "Job"), ("batch", "CronJob"), ("autoscaling", "HorizontalPodAutoscaler"),
    }.ToFrozenSet();

    private static readonly FrozenSet<(string Group, string Kind)> WithoutStatus = new[]
    {
        (ResourceKinds.CoreGroup, "ConfigMap"), (ResourceKinds.CoreGroup, "Secret"), (ResourceKinds.CoreGroup, "ServiceAccount"), (ResourceKinds.CoreGroup, "Event"),
        (ResourceKinds.CoreGroup, "Endpoints"), (ResourceKinds.CoreGroup, "LimitRange"), ("networking.k8s.io", "NetworkPolicy"), ("networking.k8s.io", "IngressClass"),
        ("discovery.k8s.io", "EndpointSlice"), (ResourceKinds.GatewayApiGroup, "ReferenceGrant"),
    }.ToFrozenSet();

    public static IReadOnlyList<string> ShortOf(string group, string kind) => Short.GetValueOrDefault((group, kind), []);

    public static IReadOnlyList<string> CategoriesOf(string group, string kind) =>
        AllCategory.Contains((group, kind))
            ? ["all"]
            : group == "apiextensions.k8s.io" ? ["api-extensions"] : GroupCategories.GetValueOrDefault(group, []);

    public static bool IsBuiltInGroup(string group) => BuiltInGroups.Contains(group);

    public static bool HasStatus(string group, string kind) =>
        group is not ("rbac.authorization.k8s.io" or "admissionregistration.k8s.io") && !WithoutStatus.Contains((group, kind));
}
