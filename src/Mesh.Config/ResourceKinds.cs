using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf.Reflection;
using static Mesh.Config.ResourceUse;

namespace Mesh.Config;

/// <summary>The catalogue of kinds that the mesh takes, used or not.</summary>
internal static class ResourceKinds
{
    public const string CoreGroup = "";
    public const string NetworkingGroup = "networking.istio.io";
    public const string SecurityGroup = "security.istio.io";
    public const string TelemetryGroup = "telemetry.istio.io";
    public const string ExtensionsGroup = "extensions.istio.io";
    public const string MeshGroup = "mesh.dev";
    public const string GatewayApiGroup = "gateway.networking.k8s.io";

    private static readonly ImmutableArray<string> NetworkingVersions = ["v1", "v1beta1", "v1alpha3"];
    private static readonly ImmutableArray<string> SecurityVersions = ["v1", "v1beta1"];
    private static readonly ImmutableArray<string> GatewayApiVersions = ["v1", "v1beta1", "v1alpha2", "v1alpha3"];

    public static ResourceKind VirtualService { get; } = Networking("VirtualService", "virtualservices", Istio.Networking.VirtualService.Descriptor);

    public static ResourceKind DestinationRule { get; } = Networking("DestinationRule", "destinationrules", Istio.Networking.DestinationRule.Descriptor);

    public static ResourceKind ServiceEntry { get; } = Networking("ServiceEntry", "serviceentries", Istio.Networking.ServiceEntry.Descriptor);

    public static ResourceKind WorkloadEntry { get; } = Networking("WorkloadEntry", "workloadentries", Istio.Networking.WorkloadEntry.Descriptor);

    public static ResourceKind WorkloadGroup { get; } = Networking("WorkloadGroup", "workloadgroups", Istio.Networking.WorkloadGroup.Descriptor);

    public static ResourceKind Gateway { get; } = Networking("Gateway", "gateways", Istio.Networking.Gateway.Descriptor);

    public static ResourceKind Sidecar { get; } = Networking("Sidecar", "sidecars", Istio.Networking.Sidecar.Descriptor);

    public static ResourceKind PeerAuthentication { get; } = Security("PeerAuthentication", "peerauthentications", Istio.Security.PeerAuthentication.Descriptor);

    public static ResourceKind RequestAuthentication { get; } =
        Security("RequestAuthentication", "requestauthentications", Istio.Security.RequestAuthentication.Descriptor);

    public static ResourceKind AuthorizationPolicy { get; } = Security("AuthorizationPolicy", "authorizationpolicies", Istio.Security.AuthorizationPolicy.Descriptor);

    public static ResourceKind RateLimit { get; } = new(MeshGroup, "RateLimit", "ratelimits", ["v1"], Extensions.RateLimit.Descriptor);

    public static ResourceKind Service { get; } =
        new(CoreGroup, "Service", "services", ["v1"], Kubernetes.Core.ServiceSpec.Descriptor) { Strict = false };

    /// <summary>One ConfigMap holds the mesh configuration; the others are left alone.</summary>
    public static ResourceKind ConfigMap { get; } = Foreign(CoreGroup, "ConfigMap", "configmaps", "v1");

    /// <summary>Every kind of the catalogue.</summary>
    public static ImmutableArray<ResourceKind> All { get; } =
    [
        VirtualService, DestinationRule, ServiceEntry, WorkloadEntry, WorkloadGroup, Gateway, Sidecar,
        Without(NetworkingGroup, "ProxyConfig", "proxyconfigs", NoEffect, "v1beta1"),
        Without(NetworkingGroup, "EnvoyFilter", "envoyfilters", NoEffect, "v1alpha3"),
        Without(ExtensionsGroup, "WasmPlugin", "wasmplugins", NoEffect, "v1alpha1"),
        Without(ExtensionsGroup, "TrafficExtension", "trafficextensions", NoEffect, "v1alpha1"),
        Without(TelemetryGroup, "Telemetry", "telemetries", NoEffect, "v1", "v1alpha1"),
        PeerAuthentication, RequestAuthentication, AuthorizationPolicy, RateLimit,
        .. GatewayApi(),
        Service,
        .. KubernetesKinds(),
    ];

    private static readonly FrozenDictionary<(string Group, string Kind), ResourceKind> Index =
        All.ToFrozenDictionary(kind => (kind.Group, kind.Kind));

    private static readonly FrozenSet<string> MeshGroups =
        All.Where(kind => kind.Strict).Select(kind => kind.Group).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The kind, or null when the mesh does not know it.</summary>
    public static ResourceKind? Find(string group, string kind) => Index.GetValueOrDefault((group, kind));

    /// <summary>Whether the group is the mesh's own business, so that an unknown kind in it is a mistake and not another product's.</summary>
    public static bool IsMeshGroup(string group) => MeshGroups.Contains(group);

    private static ResourceKind Networking(string kind, string plural, MessageDescriptor spec) =>
        new(NetworkingGroup, kind, plural, NetworkingVersions, spec);

    private static ResourceKind Security(string kind, string plural, MessageDescriptor spec) =>
        new(SecurityGroup, kind, plural, SecurityVersions, spec);

    private static ResourceKind Without(string group, string kind, string plural, ResourceUse use, params ImmutableArray<string> versions) =>
        new(group, kind, plural, versions, Spec: null) { Use = use };

    private static IEnumerable<ResourceKind> GatewayApi()
    {
        yield return Without(GatewayApiGroup, "GatewayClass", "gatewayclasses", NoEffect, GatewayApiVersions) with { Namespaced = false };
        yield return Without(GatewayApiGroup, "Gateway", "gateways", NoEffect, GatewayApiVersions);
        yield return Without(GatewayApiGroup, "HTTPRoute", "httproutes", NoEffect, GatewayApiVersions);
        yield return Without(GatewayApiGroup, "GRPCRoute", "grpcroutes", NoEffect, GatewayApiVersions);
        yield return Without(GatewayApiGroup, "TCPRoute", "tcproutes", NoEffect, GatewayApiVersions);
        yield return Without(GatewayApiGroup, "TLSRoute", "tlsroutes", NoEffect, GatewayApiVersions);
        yield return Without(GatewayApiGroup, "ReferenceGrant", "referencegrants", NoEffect, GatewayApiVersions);
        yield return Without(GatewayApiGroup, "BackendTLSPolicy", "backendtlspolicies", NoEffect, GatewayApiVersions);
    }

    private static IEnumerable<ResourceKind> KubernetesKinds()
    {
        yield return Foreign(CoreGroup, "Namespace", "namespaces", "v1") with { Namespaced = false };
        yield return Foreign(CoreGroup, "ServiceAccount", "serviceaccounts", "v1");
        yield return Foreign(CoreGroup, "Secret", "secrets", "v1");
        yield return ConfigMap;
        yield return Foreign(CoreGroup, "Pod", "pods", "v1");
        yield return Foreign(CoreGroup, "PersistentVolume", "persistentvolumes", "v1") with { Namespaced = false };
        yield return Foreign(CoreGroup, "PersistentVolumeClaim", "persistentvolumeclaims", "v1");
        yield return Foreign("apps", "Deployment", "deployments", "v1");
        yield return Foreign("apps", "StatefulSet", "statefulsets", "v1");
        yield return Foreign("apps", "DaemonSet", "daemonsets", "v1");
        yield return Foreign("discovery.k8s.io", "EndpointSlice", "endpointslices", "v1");
        yield return Foreign("networking.k8s.io", "Ingress", "ingresses", "v1");
    }

    private static ResourceKind Foreign(string group, string kind, string plural, string version) =>
        new(group, kind, plural, [version], Spec: null) { Use = Ignored, Strict = false };
}
