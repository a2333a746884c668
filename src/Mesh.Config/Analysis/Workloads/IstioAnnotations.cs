using System.Collections.Frozen;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>The annotations of Istio's API (istio/api <c>annotation/annotations.yaml</c>).</summary>
internal static class IstioAnnotations
{
    public const string Any = "Any";
    public const string Inject = "sidecar.istio.io/inject";

    private const string IngressClass = "kubernetes.io/ingress.class";

    private static readonly string[] AlphaForPods =
    [
        "ambient.istio.io/bypass-inbound-capture",
        "ambient.istio.io/dns-capture",
        "inject.istio.io/templates",
        "istio.io/reroute-virtual-interfaces",
        "istio.io/rev",
        "prometheus.istio.io/merge-metrics",
        "proxy.istio.io/overrides",
        "readiness.status.sidecar.istio.io/applicationPorts",
        "readiness.status.sidecar.istio.io/failureThreshold",
        "readiness.status.sidecar.istio.io/initialDelaySeconds",
        "readiness.status.sidecar.istio.io/periodSeconds",
        "sidecar.istio.io/agentLogLevel",
        "sidecar.istio.io/bootstrapOverride",
        "sidecar.istio.io/componentLogLevel",
        "sidecar.istio.io/enableCoreDump",
        "sidecar.istio.io/interceptionMode",
        "sidecar.istio.io/logLevel",
        "sidecar.istio.io/nativeSidecar",
        "sidecar.istio.io/proxyCPU",
        "sidecar.istio.io/proxyCPULimit",
        "sidecar.istio.io/proxyImage",
        "sidecar.istio.io/proxyImageType",
        "sidecar.istio.io/proxyMemory",
        "sidecar.istio.io/proxyMemoryLimit",
        "sidecar.istio.io/rewriteAppHTTPProbers",
        "sidecar.istio.io/statsCompression",
        "sidecar.istio.io/statsEvictionInterval",
        "sidecar.istio.io/statsFlushInterval",
        "sidecar.istio.io/statsHistogramBuckets",
        "sidecar.istio.io/status",
        "sidecar.istio.io/userVolume",
        "sidecar.istio.io/userVolumeMount",
        "status.sidecar.istio.io/port",
        "traffic.sidecar.istio.io/excludeInboundPorts",
        "traffic.sidecar.istio.io/excludeInterfaces",
        "traffic.sidecar.istio.io/excludeOutboundIPRanges",
        "traffic.sidecar.istio.io/excludeOutboundPorts",
        "traffic.sidecar.istio.io/includeInboundPorts",
        "traffic.sidecar.istio.io/includeOutboundIPRanges",
        "traffic.sidecar.istio.io/includeOutboundPorts",
    ];

    private static readonly string[] AlphaForWorkloadEntries =
        ["istio.io/autoRegistrationGroup", "istio.io/connectedAt", "istio.io/disconnectedAt", "istio.io/workloadController"];

    private static readonly string[] DeprecatedForPods =
    [
        "alpha.istio.io/identity",
        "sidecar.istio.io/controlPlaneAuthPolicy",
        "sidecar.istio.io/discoveryAddress",
        "sidecar.istio.io/extraStatTags",
        "sidecar.istio.io/statsInclusionPrefixes",
        "sidecar.istio.io/statsInclusionRegexps",
        "sidecar.istio.io/statsInclusionSuffixes",
        "traffic.sidecar.istio.io/kubevirtInterfaces",
    ];

    private static readonly FrozenDictionary<string, IstioAnnotation> Known = All().ToFrozenDictionary(annotation => annotation.Name, StringComparer.Ordinal);

    /// <summary>The annotation, or null when Istio has none of that name.</summary>
    public static IstioAnnotation? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>Whether the name is in Istio's hands. The class of an Ingress is Kubernetes', but Istio documents it.</summary>
    public static bool IsIstios(string name) => name == IngressClass || name.Split('/')[0].EndsWith("istio.io", StringComparison.Ordinal);

    private static IEnumerable<IstioAnnotation> All() =>
    [
        .. AlphaForPods.Select(name => Alpha(name, "Pod")),
        .. AlphaForWorkloadEntries.Select(name => Alpha(name, "WorkloadEntry")),
        .. DeprecatedForPods.Select(name => Alpha(name, "Pod") with { Deprecated = true }),
        Alpha("alpha.istio.io/canonical-serviceaccounts", "Service") with { Deprecated = true },
        Alpha("alpha.istio.io/kubernetes-serviceaccounts", "Service") with { Deprecated = true },
        Alpha("ambient.istio.io/waypoint-inbound-binding", "GatewayClass", "Gateway"),
        Alpha("galley.istio.io/analyze-suppress", Any),
        Alpha("gateway.istio.io/controller-version", Any),
        Alpha("gateway.istio.io/name-override", "Gateway"),
        Alpha("gateway.istio.io/service-account", "Gateway"),
        Alpha("gateway.istio.io/tls-cipher-suites", "Gateway"),
        Alpha("gateway.istio.io/tls-min-protocol-version", "Gateway"),
        Alpha("gateway.istio.io/tls-max-protocol-version", "Gateway"),
        Alpha("install.operator.istio.io/chart-owner", Any),
        Alpha("install.operator.istio.io/owner-generation", Any),
        Alpha("install.operator.istio.io/version", Any),
        Alpha("istio.io/connect-strategy", "ServiceEntry"),
        Alpha("istio.io/dry-run", "AuthorizationPolicy"),
        Alpha("networking.istio.io/address-type", "Gateway"),
        Alpha("networking.istio.io/exportTo", "Service"),
        Alpha("networking.istio.io/service-type", "Gateway"),
        Alpha("networking.istio.io/traffic-distribution", "Service", "ServiceEntry", "Namespace"),
        Alpha("topology.istio.io/controlPlaneClusters", "Namespace"),
        Settled("ambient.istio.io/redirection", "Pod"),
        Settled("proxy.istio.io/config", "Pod"),
        Settled(Inject, "Pod") with { Deprecated = true },
        Settled("traffic.istio.io/nodeSelector", "Service"),
        Settled(IngressClass, "Ingress"),
    ];

    private static IstioAnnotation Alpha(string name, params ReadOnlySpan<string> kinds) => new(name, Alpha: true, Deprecated: false, [.. kinds]);

    private static IstioAnnotation Settled(string name, params ReadOnlySpan<string> kinds) => new(name, Alpha: false, Deprecated: false, [.. kinds]);
}
