namespace Mesh.Config.Analysis;

/// <summary>The kinds that analyzers read.</summary>
internal static class KindNames
{
    public static readonly KindName VirtualService = ResourceKinds.VirtualService;
    public static readonly KindName DestinationRule = ResourceKinds.DestinationRule;
    public static readonly KindName ServiceEntry = ResourceKinds.ServiceEntry;
    public static readonly KindName Gateway = ResourceKinds.Gateway;
    public static readonly KindName Sidecar = ResourceKinds.Sidecar;
    public static readonly KindName EnvoyFilter = ResourceKinds.EnvoyFilter;
    public static readonly KindName ProxyConfig = ResourceKinds.ProxyConfig;
    public static readonly KindName AuthorizationPolicy = ResourceKinds.AuthorizationPolicy;
    public static readonly KindName RequestAuthentication = ResourceKinds.RequestAuthentication;
    public static readonly KindName Telemetry = ResourceKinds.Telemetry;
    public static readonly KindName WasmPlugin = ResourceKinds.WasmPlugin;
    public static readonly KindName Namespace = new(ResourceKinds.CoreGroup, "Namespace");
    public static readonly KindName Service = ResourceKinds.Service;
    public static readonly KindName Pod = new(ResourceKinds.CoreGroup, "Pod");
    public static readonly KindName Node = new(ResourceKinds.CoreGroup, "Node");
    public static readonly KindName Secret = new(ResourceKinds.CoreGroup, "Secret");
    public static readonly KindName ConfigMap = ResourceKinds.ConfigMap;
    public static readonly KindName Deployment = new("apps", "Deployment");
    public static readonly KindName KubernetesGateway = new(ResourceKinds.GatewayApiGroup, "Gateway");
    public static readonly KindName HttpRoute = new(ResourceKinds.GatewayApiGroup, "HTTPRoute");
    public static readonly KindName GrpcRoute = new(ResourceKinds.GatewayApiGroup, "GRPCRoute");
    public static readonly KindName MutatingWebhook = new("admissionregistration.k8s.io", "MutatingWebhookConfiguration");
    public static readonly KindName ValidatingWebhook = new("admissionregistration.k8s.io", "ValidatingWebhookConfiguration");
    public static readonly KindName CustomResourceDefinition = new("apiextensions.k8s.io", "CustomResourceDefinition");

    /// <summary>Not a kind of any API: the networks of the mesh configuration.</summary>
    public static readonly KindName MeshNetworks = new("", "MeshNetworks");

    private static readonly HashSet<KindName> ClusterScoped =
        [Namespace, Node, MutatingWebhook, ValidatingWebhook, CustomResourceDefinition, new(ResourceKinds.GatewayApiGroup, "GatewayClass")];

    /// <summary>Whether resources of the kind stand in no namespace, even where one is written.</summary>
    public static bool IsClusterScoped(KindName kind) =>
        ClusterScoped.Contains(kind) || ResourceKinds.Find(kind.Group, kind.Kind) is { Namespaced: false };
}
