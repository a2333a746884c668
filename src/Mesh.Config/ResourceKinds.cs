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

    public static ResourceKind VirtualService { get; } = Networking("VirtualService", "virtualservices", Istio.Networking.VirtualService.Descriptor);

    public static ResourceKind DestinationRule { get; } = Networking("DestinationRule", "destinationrules", Istio.Networking.DestinationRule.Descriptor);

    public static ResourceKind ServiceEntry { get; } = Networking("ServiceEntry", "serviceentries", Istio.Networking.ServiceEntry.Descriptor);

    public static ResourceKind WorkloadEntry { get; } = Networking("WorkloadEntry", "workloadentries", Istio.Networking.WorkloadEntry.Descriptor);

    public static ResourceKind WorkloadGroup { get; } =
        Networking("WorkloadGroup", "workloadgroups", Istio.Networking.WorkloadGroup.Descriptor);

    public static ResourceKind Gateway { get; } = Networking("Gateway", "gateways", Istio.Networking.Gateway.Descriptor);

    public static ResourceKind Sidecar { get; } = Networking("Sidecar", "sidecars", Istio.Networking.Sidecar.Descriptor);

    public static ResourceKind ProxyConfig { get; } =
        new(NetworkingGroup, "ProxyConfig", "proxyconfigs", ["v1beta1"], Istio.Networking.ProxyConfig.Descriptor) { Use = NoEffect, RequiresSpec = false };

    public static ResourceKind EnvoyFilter { get; } =
        new(NetworkingGroup, "EnvoyFilter", "envoyfilters", ["v1alpha3"], Istio.Networking.EnvoyFilter.Descriptor) { Use = NoEffect, RequiresSpec = false };

    public static ResourceKind WasmPlugin { get; } =
        new(ExtensionsGroup, "WasmPlugin", "wasmplugins", ["v1alpha1"], Istio.Extensions.WasmPlugin.Descriptor) { Use = NoEffect };

    public static ResourceKind TrafficExtension { get; } =
        new(ExtensionsGroup, "TrafficExtension", "trafficextensions", ["v1alpha1"], Istio.Extensions.TrafficExtension.Descriptor) { Use = NoEffect };

    public static ResourceKind Telemetry { get; } =
        new(TelemetryGroup, "Telemetry", "telemetries", ["v1", "v1alpha1"], Istio.Telemetry.Telemetry.Descriptor) { RequiresSpec = false };

    public static ResourceKind PeerAuthentication { get; } = Security("PeerAuthentication", "peerauthentications", Istio.Security.PeerAuthentication.Descriptor);

    public static ResourceKind RequestAuthentication { get; } =
        Security("RequestAuthentication", "requestauthentications", Istio.Security.RequestAuthentication.Descriptor);

    public static ResourceKind AuthorizationPolicy { get; } = Security("AuthorizationPolicy", "authorizationpolicies", Istio.Security.AuthorizationPolicy.Descriptor);

    public static ResourceKind RateLimit { get; } = new(MeshGroup, "RateLimit", "ratelimits", ["v1"], Extensions.RateLimit.Descriptor);

    public static ResourceKind ApiConsumer { get; } = new(MeshGroup, "ApiConsumer", "apiconsumers", ["v1"], Extensions.ApiConsumer.Descriptor);

    public static ResourceKind ApiPlan { get; } = new(MeshGroup, "ApiPlan", "apiplans", ["v1"], Extensions.ApiPlan.Descriptor);

    public static ResourceKind ApiAccess { get; } = new(MeshGroup, "ApiAccess", "apiaccesses", ["v1"], Extensions.ApiAccess.Descriptor);

    public static ResourceKind ApiVersions { get; } = new(MeshGroup, "ApiVersions", "apiversions", ["v1"], Extensions.ApiVersions.Descriptor);

    public static ResourceKind ApiTransformation { get; } = new(MeshGroup, "ApiTransformation", "apitransformations", ["v1"], Extensions.ApiTransformation.Descriptor);

    public static ResourceKind Service => KubernetesKinds.Service;

    /// <summary>One ConfigMap holds the mesh configuration; the others are left alone.</summary>
    public static ResourceKind ConfigMap => KubernetesKinds.ConfigMap;

    /// <summary>Every kind of the catalogue.</summary>
    public static ImmutableArray<ResourceKind> All { get; } =
    [
        VirtualService, DestinationRule, ServiceEntry, WorkloadEntry, WorkloadGroup, Gateway, Sidecar,
        ProxyConfig, EnvoyFilter, WasmPlugin, TrafficExtension, Telemetry,
        PeerAuthentication, RequestAuthentication, AuthorizationPolicy, RateLimit,
        ApiConsumer, ApiPlan, ApiAccess, ApiVersions, ApiTransformation,
        .. GatewayApiKinds.All,
        .. KubernetesKinds.All,
    ];

    private static readonly FrozenDictionary<(string Group, string Kind), ResourceKind> Index =
        All.ToFrozenDictionary(kind => (kind.Group, kind.Kind));

    private static readonly FrozenSet<string> MeshGroups =
        All.Where(kind => kind.Strict).Select(kind => kind.Group).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The kind, or null when the mesh does not know it.</summary>
    public static ResourceKind? Find(string group, string kind) => Index.GetValueOrDefault((group, kind));

    /// <summary>A kind that is none of the mesh's, for those who look at everything.</summary>
    public static ResourceKind Unknown(string group, string version, string kind) => new(group, kind, Plural: "", [version], Spec: null) { Use = Ignored, Strict = false };

    /// <summary>Whether the group is the mesh's own business, so that an unknown kind in it is a mistake and not another product's.</summary>
    public static bool IsMeshGroup(string group) => MeshGroups.Contains(group);

    private static ResourceKind Networking(string kind, string plural, MessageDescriptor spec) =>
        new(NetworkingGroup, kind, plural, NetworkingVersions, spec);

    private static ResourceKind Security(string kind, string plural, MessageDescriptor spec) =>
        new(SecurityGroup, kind, plural, SecurityVersions, spec) { RequiresSpec = false };
}
