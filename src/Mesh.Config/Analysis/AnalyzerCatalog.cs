using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Config.Analysis.DestinationRules;
using Mesh.Config.Analysis.Gateways;
using Mesh.Config.Analysis.Injection;
using Mesh.Config.Analysis.Networks;
using Mesh.Config.Analysis.Resources;
using Mesh.Config.Analysis.Security;
using Mesh.Config.Analysis.ServiceEntries;
using Mesh.Config.Analysis.Sidecars;
using Mesh.Config.Analysis.Telemetry;
using Mesh.Config.Analysis.VirtualServices;
using Mesh.Config.Analysis.Workloads;

namespace Mesh.Config.Analysis;

/// <summary>Every analyzer there is: a new one adds its line here.</summary>
internal static class AnalyzerCatalog
{
    private const string SchemaAlias = "schemaValidation.CollectionValidationAnalyzer(collections.";

    /// <summary>Those that run unless others are named.</summary>
    public static ImmutableArray<IAnalyzer> Default { get; } =
    [
        new AnnotationAnalyzer(),
        new BlockedRangesAnalyzer(),
        new AuthorizationPolicyAnalyzer(),
        new ConditionAnalyzer(),
        new ServiceAssociationAnalyzer(),
        new ApplicationUserAnalyzer(),
        new CaCertificateAnalyzer(),
        new SubsetAnalyzer(),
        new DeprecationAnalyzer(),
        new EnvoyPatchAnalyzer(),
        new ExternalControlPlaneAnalyzer(),
        new IngressGatewayPortAnalyzer(),
        new GatewayCertificateAnalyzer(),
        new GatewaySecretAnalyzer(),
        new ConflictingGatewayAnalyzer(),
        new InjectionAnalyzer(),
        new ImageAnalyzer(),
        new ImageAutoAnalyzer(),
        new KubernetesGatewaySelectorAnalyzer(),
        new GatewayApiVersionAnalyzer(),
        new MeshNetworksAnalyzer(),
        new MultiClusterServiceAnalyzer(),
        new PortNameAnalyzer(),
        new SidecarSelectorAnalyzer(),
        new ConflictingMeshHostsAnalyzer(),
        new DestinationHostAnalyzer(),
        new DestinationSubsetAnalyzer(),
        new GatewayReferenceAnalyzer(),
        new ClaimRouteAnalyzer(),
        new AddressAnalyzer(),
        new ConflictingProtocolAnalyzer(),
        new WebhookAnalyzer(),
        new TelemetryProviderAnalyzer(),
        new TelemetrySelectorAnalyzer(),
        new TelemetryDefaultAnalyzer(),
        new LightstepAnalyzer(),
        .. ResourceKinds.All.Where(HasSchema).Select(kind => new SchemaAnalyzer(kind)),
    ];

    /// <summary>All, those included that run only when they are named.</summary>
    public static ImmutableArray<IAnalyzer> All { get; } = [.. Default, new AlphaAnnotationAnalyzer()];

    /// <summary>The names of the types behind them in Istio's sources, under which some know them.</summary>
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["authz.AuthorizationPoliciesAnalyzer"] = "auth.AuthorizationPoliciesAnalyzer",
        ["deployment.ApplicationUIDAnalyzer"] = "applicationUID.Analyzer",
        ["deployment.ServiceAssociationAnalyzer"] = "deployment.MultiServiceAnalyzer",
        ["deprecation.FieldAnalyzer"] = "deprecation.DeprecationAnalyzer",
        ["destinationrule.PodNotSelectedAnalyzer"] = "destinationrule.SubsetSelectPodAnalyzer",
        ["maturity.AlphaAnalyzer"] = "annotations.AlphaAnalyzer",
        ["multicluster.MeshNetworksAnalyzer"] = "meshnetworks.MeshNetworksAnalyzer",
        ["multicluster.ServiceAnalyzer"] = "services.MultiClusterServiceAnalyzer",
        ["serviceentry.ProtocolAddressesAnalyzer"] = "serviceentry.Analyzer",
        ["sidecar.DefaultSelectorAnalyzer"] = "sidecar.SelectorAnalyzer",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Istio validates its own kinds here; of Kubernetes' kinds only that which holds the mesh configuration.</summary>
    private static bool HasSchema(ResourceKind kind) => kind.Group.EndsWith("istio.io", StringComparison.Ordinal) || kind == ResourceKinds.ConfigMap;

    /// <summary>The analyzer with a name of Istio's, or null.</summary>
    public static IAnalyzer? Find(string name)
    {
        var known = Aliases.GetValueOrDefault(name)
            ?? (name.StartsWith(SchemaAlias, StringComparison.Ordinal) ? $"schema.ValidationAnalyzer.{name[SchemaAlias.Length..].TrimEnd(')')}" : name);
        return All.FirstOrDefault(analyzer => analyzer.Name == known);
    }
}
