using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Config.Extensions;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Istio.Security;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Generation.Delegation;
using Mesh.ControlPlane.Generation.Inbound;
using Mesh.ControlPlane.Generation.Origins;
using Mesh.ControlPlane.Generation.Scoping;
using TelemetryResource = Mesh.Config.Istio.Telemetry.Telemetry;

namespace Mesh.ControlPlane.Generation;

/// <summary>The resources that generation reads, sorted once for a configuration: the oldest first.</summary>
internal sealed class ConfigIndex
{
    private const int RememberedClients = 1_000;

    // Derived from the configuration and the client alone.
    private readonly BoundedCache<ClientView, EgressScope> _scopes = new(RememberedClients, static client => client.Length);

    /// <param name="config">All resources.</param>
    /// <param name="clusterDomain">Completes the short names of delegates.</param>
    /// <param name="notices">For what cannot be put together.</param>
    /// <param name="trustDomain">Where the mesh configuration names none.</param>
    public ConfigIndex(ConfigSnapshot config, string clusterDomain, GenerationNotices notices, string trustDomain = MeshSettings.DefaultTrustDomain)
    {
        Settings = MeshSettings.Of(config, trustDomain);
        Converted = GatewayApiConversion.Convert(config, clusterDomain);
        if (!Converted.Resources.IsEmpty)
        {
            // From here on nobody needs to know what was written in which language.
            config = config with { Resources = config.Resources.SetItems(Converted.Resources.Select(resource => KeyValuePair.Create(resource.Id, resource))) };
        }

        VirtualServices = new DelegateResolver([.. OldestFirst<VirtualService>(config).Select(WithPlaces)], Settings.VirtualServiceExportTo, clusterDomain, notices).Resolve();
        DestinationRules = ByNamespace(OldestFirst<DestinationRule>(config));
        Gateways = OldestFirst<Gateway>(config);
        Sidecars = ByNamespace(OldestFirst<Sidecar>(config));
        PeerAuthentications = Policies<PeerAuthentication>(config);
        RequestAuthentications = Policies<RequestAuthentication>(config);
        AuthorizationPolicies = Policies<AuthorizationPolicy>(config);
        Telemetries = Policies<TelemetryResource>(config);
        RateLimits = Policies<RateLimit>(config);
        ApiConsumers = Policies<ApiConsumer>(config);
        ApiPlans = Policies<ApiPlan>(config);
        ApiAccesses = Policies<ApiAccess>(config);
        ApiVersions = Policies<ApiVersions>(config);
        ApiTransformations = Policies<ApiTransformation>(config);
    }

    public MeshSettings Settings { get; }

    /// <summary>What the objects of the Gateway API come to; its resources are among the others here.</summary>
    public ConvertedConfig Converted { get; }

    /// <summary>Those with hosts; the rules of delegates are in place.</summary>
    public ImmutableArray<ConfigResource<VirtualService>> VirtualServices { get; }

    /// <summary>By namespace.</summary>
    public ImmutableDictionary<string, ImmutableArray<ConfigResource<DestinationRule>>> DestinationRules { get; }

    public ImmutableArray<ConfigResource<Gateway>> Gateways { get; }

    /// <summary>By namespace.</summary>
    public ImmutableDictionary<string, ImmutableArray<ConfigResource<Sidecar>>> Sidecars { get; }

    public PoliciesByNamespace<PeerAuthentication> PeerAuthentications { get; }

    public PoliciesByNamespace<RequestAuthentication> RequestAuthentications { get; }

    public PoliciesByNamespace<AuthorizationPolicy> AuthorizationPolicies { get; }

    public PoliciesByNamespace<RateLimit> RateLimits { get; }

    public PoliciesByNamespace<ApiConsumer> ApiConsumers { get; }

    public PoliciesByNamespace<ApiPlan> ApiPlans { get; }

    public PoliciesByNamespace<ApiAccess> ApiAccesses { get; }

    public PoliciesByNamespace<ApiVersions> ApiVersions { get; }

    public PoliciesByNamespace<ApiTransformation> ApiTransformations { get; }

    public PoliciesByNamespace<TelemetryResource> Telemetries { get; }

    /// <summary>What a client sees; a Sidecar does not bind a gateway.</summary>
    public EgressScope ScopeOf(ClientView client) =>
        _scopes.TryGet(client, out var known) ? known : _scopes.GetOrAdd(client, new EgressScope(client.IsGateway ? null : SidecarSelector.Select(this, client), client, this));

    private ConfigResource<VirtualService> WithPlaces(ConfigResource<VirtualService> service) =>
        Converted.Places.TryGetValue(service.Resource.Id, out var places)
            ? service with { RuleOrigins = [.. places.Select((place, index) => new RuleOrigin(place.Resource, index, IsWhole: true) { Field = place.Field, Session = place.Session })] }
            : service;

    private static PoliciesByNamespace<TSpec> Policies<TSpec>(ConfigSnapshot config)
        where TSpec : class, IMessage =>
        new(ByNamespace(OldestFirst<TSpec>(config)));

    private static ImmutableDictionary<string, ImmutableArray<ConfigResource<TSpec>>> ByNamespace<TSpec>(ImmutableArray<ConfigResource<TSpec>> resources)
        where TSpec : class, IMessage =>
        resources.GroupBy(resource => resource.Namespace, StringComparer.Ordinal)
            .ToImmutableDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);

    private static ImmutableArray<ConfigResource<TSpec>> OldestFirst<TSpec>(ConfigSnapshot config)
        where TSpec : class, IMessage =>
    [
        .. config.Resources.Values
            .Where(resource => resource.Spec is TSpec)
            .OrderBy(resource => resource.CreationTimestamp)
            .ThenBy(resource => resource.Id.Name, StringComparer.Ordinal)
            .ThenBy(resource => resource.Id.Namespace, StringComparer.Ordinal)
            .Select(resource => new ConfigResource<TSpec>(resource, (TSpec)resource.Spec!)),
    ];
}
