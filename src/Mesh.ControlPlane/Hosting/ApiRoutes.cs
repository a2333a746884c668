using Mesh.ControlPlane.Api.Discovery;
using Mesh.ControlPlane.Api.Endpoints;
using Mesh.ControlPlane.Api.Graphs;
using Mesh.ControlPlane.Api.Modes;
using Mesh.ControlPlane.Api.Objects;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Pages;
using Mesh.ControlPlane.Api.Registries;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Api.Taps;
using Mesh.ControlPlane.Api.Xds;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Hosting.Listening;
using Mesh.ControlPlane.Stores.Folder;
using Mesh.ControlPlane.Stores.Kubernetes;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Gathers the routes of the API from its parts.</summary>
internal static class ApiRoutes
{
    public static IEnumerable<ApiRoute> Of(ControlPlaneState state, MeshControlPlaneOptions options, CancellationToken stopping) =>
    [
        .. new HealthPages(state.Registries, stopping, () => state.Serving.Rotation.IsDraining).Routes,
        .. new DebugPages(state.Source, state.Clients, state.Registries, () => state.Store.Current).Routes,
        .. new ClientEndpoints(state.Source, state.Serving.Generator, state.Clients).Routes,
        .. new StatusEndpoints(state.Source, state.Clients, FactsOf(state, options), state.Serving.TimeProvider).Routes,
        .. new RegistryEndpoints(state.Source, state.Registries, new ServerPlace(options.Cluster, options.Network), state.Serving.TimeProvider, stopping).Routes,
        .. new DependencyEndpoints(state.Source, state.Clients).Routes,
        .. new OriginEndpoints(state.Source, new FieldPlaces((state.Store as FolderConfigStore)?.Status.Folder), (config, id) => GatewayApiConversion.Convert(config, options.ClusterDomain).SourceOf(id)).Routes,
        .. new MetricsRoute(state.Metrics.Page).Routes,
        .. new TrustPage(state.Source).Routes,
        .. new TokenEndpoints(state.Security.Tokens, state.Security.Authority.TrustDomain, state.Serving.TimeProvider).Routes,
        .. new ApiTokenEndpoints(state.Security.Tokens, state.Serving.TimeProvider).Routes,
        .. new AuditEndpoints(state.Security.Audit).Routes,
        .. new AuthorityEndpoints(state.Security.Authority).Routes,
        .. new EdgeEndpoints(state.Source, state.Serving.Generator, state.Clients, new EdgeTraffics(state.Traffic?.Graph), state.Security.Authority.TrustDomain).Routes,
        .. new GraphEndpoints(state.Traffic?.Graph, () => state.Traffic?.Reporters ?? 0).Routes,
        .. new UsageEndpoints(state.Usage, state.Serving.TimeProvider).Routes,
        .. new TapEndpoints(state.Taps, state.Serving.TimeProvider).Routes,
        .. new ModeEndpoints(state.Orders, state.Modes.Clients, state.Serving.TimeProvider).Routes,
        .. new InboundEndpoints(state.Source, state.Serving.Generator, state.Clients, state.Security.Authority.TrustDomain).Routes,
        .. DiscoveryEndpoints.Routes,
        .. ReviewEndpoints.Routes,
        .. new OpenApiEndpoints().Routes,
        .. Objects(state, stopping),
    ];

    private static ServerFacts FactsOf(ControlPlaneState state, MeshControlPlaneOptions options) => new()
    {
        HasPlaintextPort = options.Plaintext,
        AsksForTokens = ListenPlan.AuthenticationOf(options) == ApiAuthentication.Required,
        Registries = state.Registries,
        Place = new ServerPlace(options.Cluster, options.Network),
        IsLoopback = ListenPlan.IsLoopback(options),
        Store = state.Store is FolderConfigStore folder ? $"folder {folder.Status.Folder}"
            : state.Store is KubernetesConfigStore kubernetes ? $"kubernetes {kubernetes.Server}" : state.Store.GetType().Name.Replace("ConfigStore", "", StringComparison.Ordinal).ToLowerInvariant(),
        StartedAt = state.Serving.TimeProvider.GetUtcNow(),
        Findings = () => (state.Store as FolderConfigStore)?.Status.Findings ?? [],
    };

    private static IEnumerable<ApiRoute> Objects(ControlPlaneState state, CancellationToken stopping)
    {
        var time = state.Serving.TimeProvider;
        var source = new ObjectSource(state.Store, time);
        var tokens = new AccountTokens(source, state.Security.Tokens, state.Security.Authority.TrustDomain, time);
        return new ObjectEndpoints(source, state.Reader, tokens, new ObjectClock(time, RandomSource.Default, stopping)).Routes;
    }
}
