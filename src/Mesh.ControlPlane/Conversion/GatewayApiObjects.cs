using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Conversion;

/// <summary>What the conversion reads of a configuration: the Gateway API's objects, the oldest first, and what they refer to.</summary>
internal sealed class GatewayApiObjects
{
    private const string RootsKey = "ca.crt";

    private readonly ConfigSnapshot _config;
    private readonly string _clusterDomain;
    private readonly Func<string, bool> _isKnownHost;
    private IReadOnlyList<string>? _namespaces;

    /// <param name="config">All resources.</param>
    /// <param name="clusterDomain">Of the hosts of Services.</param>
    /// <param name="isKnownHost">Whether there is a service of a host, from wherever services come.</param>
    public GatewayApiObjects(ConfigSnapshot config, string clusterDomain, Func<string, bool> isKnownHost)
    {
        (_config, _clusterDomain, _isKnownHost) = (config, clusterDomain, isKnownHost);
        var resources = config.Resources.Values.Where(resource => resource.Id.Group == ResourceKinds.GatewayApiGroup).ToArray();
        IsEmpty = resources.Length == 0;
        Classes = Of<GatewayClassSpec>(resources, GatewayApiKinds.GatewayClass);
        Gateways = Of<GatewaySpec>(resources, GatewayApiKinds.Gateway);
        HttpRoutes = Of<HTTPRouteSpec>(resources, GatewayApiKinds.HttpRoute);
        GrpcRoutes = Of<GRPCRouteSpec>(resources, GatewayApiKinds.GrpcRoute);
        TlsRoutes = Of<TLSRouteSpec>(resources, GatewayApiKinds.TlsRoute);
        TcpRoutes = Of<L4RouteSpec>(resources, GatewayApiKinds.TcpRoute);
        Grants = Of<ReferenceGrantSpec>(resources, GatewayApiKinds.ReferenceGrant);
        TlsPolicies = Of<BackendTLSPolicySpec>(resources, GatewayApiKinds.BackendTlsPolicy);
    }

    public bool IsEmpty { get; }

    public ImmutableArray<ApiObject<GatewayClassSpec>> Classes { get; }

    public ImmutableArray<ApiObject<GatewaySpec>> Gateways { get; }

    public ImmutableArray<ApiObject<HTTPRouteSpec>> HttpRoutes { get; }

    public ImmutableArray<ApiObject<GRPCRouteSpec>> GrpcRoutes { get; }

    public ImmutableArray<ApiObject<TLSRouteSpec>> TlsRoutes { get; }

    public ImmutableArray<ApiObject<L4RouteSpec>> TcpRoutes { get; }

    public ImmutableArray<ApiObject<ReferenceGrantSpec>> Grants { get; }

    public ImmutableArray<ApiObject<BackendTLSPolicySpec>> TlsPolicies { get; }

    /// <summary>Every namespace that an object is in or that is an object itself.</summary>
    public IReadOnlyList<string> Namespaces => _namespaces ??=
    [
        .. _config.Resources.Keys
            .Select(id => id is { Group: ResourceKinds.CoreGroup, Kind: "Namespace" } ? id.Name : id.Namespace)
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    public string HostOf(string @namespace, string service) => $"{service}.{@namespace}.svc.{_clusterDomain}";

    public bool IsKnown(string host) => _isKnownHost(host);

    /// <summary>The labels of a namespace; Kubernetes gives each one with its name.</summary>
    public IReadOnlyDictionary<string, string> LabelsOf(string @namespace) =>
        (Find(ResourceKinds.CoreGroup, "Namespace", "", @namespace)?.Labels ?? ImmutableSortedDictionary<string, string>.Empty)
            .SetItem(ConversionNames.NamespaceNameLabel, @namespace);

    public ServiceSpec? FindService(string @namespace, string name) => Find(ResourceKinds.CoreGroup, "Service", @namespace, name)?.Spec as ServiceSpec;

    public ServiceEntry? FindServiceEntry(string @namespace, string name) =>
        Find(ResourceKinds.NetworkingGroup, "ServiceEntry", @namespace, name)?.Spec as ServiceEntry;

    public Secret? FindSecret(string @namespace, string name) => Find(ResourceKinds.CoreGroup, "Secret", @namespace, name)?.Spec as Secret;

    /// <summary>The roots in a ConfigMap, as PEM; empty when it has none, null when there is no such ConfigMap.</summary>
    public string? FindRoots(string @namespace, string configMap) =>
        Find(ResourceKinds.CoreGroup, "ConfigMap", @namespace, configMap) is { } found ? RootsOf(found.Document) : null;

    /// <summary>The roots in a ConfigMap as it is written.</summary>
    public static string RootsOf(JsonElement configMap) =>
        configMap.ValueKind == JsonValueKind.Object
        && configMap.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
        && data.TryGetProperty(RootsKey, out var roots) && roots.ValueKind == JsonValueKind.String
            ? roots.GetString()!
            : "";

    private Resource? Find(string group, string kind, string @namespace, string name) =>
        _config.Resources.GetValueOrDefault(new ResourceId(group, kind, @namespace, name));

    private static ImmutableArray<ApiObject<TSpec>> Of<TSpec>(Resource[] resources, ResourceKind kind)
        where TSpec : class, IMessage =>
    [
        .. resources
            .Where(resource => resource.Id.Kind == kind.Kind && resource.Spec is TSpec)
            .OrderBy(resource => resource.CreationTimestamp)
            .ThenBy(resource => resource.Id.Namespace, StringComparer.Ordinal)
            .ThenBy(resource => resource.Id.Name, StringComparer.Ordinal)
            .Select(resource => new ApiObject<TSpec>(resource, (TSpec)resource.Spec!)),
    ];
}
