using Google.Protobuf.WellKnownTypes;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.Config.Istio.Mesh;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation.Inbound.Authorization;
using NormalizationType = Mesh.Config.Istio.Mesh.MeshConfig.Types.ProxyPathNormalization.Types.NormalizationType;
using TcpKeepalive = Mesh.Config.Istio.Networking.ConnectionPoolSettings.Types.TCPSettings.Types.TcpKeepalive;

namespace Mesh.ControlPlane.Generation;

/// <summary>The mesh configuration with istiod's defaults where it says nothing.</summary>
internal sealed class MeshSettings
{
    private static readonly ResourceId ConfigMap =
        new(ResourceKinds.CoreGroup, ResourceKinds.ConfigMap.Kind, MeshConfigDecoder.Namespace, MeshConfigDecoder.ConfigMapName);

    /// <summary>Istio's.</summary>
    public const string DefaultTrustDomain = "cluster.local";

    /// <summary>The provider of metrics that Istio's own mesh configuration comes with.</summary>
    private const string Prometheus = "prometheus";

    /// <summary>The provider of access logs that Istio's own mesh configuration comes with.</summary>
    public const string EnvoyProvider = "envoy";

    private readonly MeshConfig _config;
    private readonly string _trustDomain;

    private MeshSettings(MeshConfig config, string trustDomain)
    {
        (_config, _trustDomain) = (config, trustDomain);
        TrustDomains = new TrustDomainNames(TrustDomain, config.TrustDomainAliases);
    }

    /// <summary>Its DestinationRules and Sidecars hold where no nearer ones do.</summary>
    public string RootNamespace => OrDefault(_config.RootNamespace, MeshConfigDecoder.Namespace);

    /// <summary>Of the identities that the workloads of this mesh have.</summary>
    public string TrustDomain => OrDefault(_config.TrustDomain, _trustDomain);

    /// <summary>Other trust domains under which the same workloads are known, as while one is renamed.</summary>
    public IReadOnlyCollection<string> TrustDomainAliases => _config.TrustDomainAliases;

    /// <summary>Every trust domain under which the workloads of this mesh are known.</summary>
    public IEnumerable<string> AccountDomains => TrustDomainAliases.Prepend(TrustDomain).Distinct(StringComparer.Ordinal);

    /// <summary>Whether endpoints that can are called with mutual TLS where no DestinationRule says otherwise.</summary>
    public bool EnablesAutoMutualTls => _config.EnableAutoMtls ?? true;

    /// <summary>The trust domain with its aliases.</summary>
    public TrustDomainNames TrustDomains { get; }

    /// <summary>Never the default, which is BASE.</summary>
    public NormalizationType PathNormalization =>
        _config.PathNormalization is null or { Normalization: NormalizationType.Default } ? NormalizationType.Base : _config.PathNormalization.Normalization;

    /// <summary>Whether requests for unknown destinations pass.</summary>
    public bool AllowsAny => _config.OutboundTrafficPolicy is not { Mode: MeshConfig.Types.OutboundTrafficPolicy.Types.Mode.RegistryOnly };

    /// <summary>Empty means all namespaces, here and below.</summary>
    public IReadOnlyCollection<string> ServiceExportTo => _config.DefaultServiceExportTo;

    public IReadOnlyCollection<string> VirtualServiceExportTo => _config.DefaultVirtualServiceExportTo;

    public IReadOnlyCollection<string> DestinationRuleExportTo => _config.DefaultDestinationRuleExportTo;

    public Duration ConnectTimeout => _config.ConnectTimeout ?? new Duration { Seconds = 10 };

    /// <summary>Null when the operating system's values hold.</summary>
    public TcpKeepalive? TcpKeepalive => _config.TcpKeepalive;

    public Duration DnsRefreshRate => _config.DnsRefreshRate ?? new Duration { Seconds = 60 };

    public bool UpgradesToHttp2 => _config.H2UpgradePolicy == MeshConfig.Types.H2UpgradePolicy.Upgrade;

    /// <summary>Null means istiod's own two retries.</summary>
    public HTTPRetry? Retries => _config.DefaultHttpRetryPolicy;

    /// <summary>Where no DestinationRule has one.</summary>
    public ConnectionPoolSettings? ConnectionPool => _config.DefaultTrafficPolicy?.ConnectionPool;

    /// <summary>Where no DestinationRule has one.</summary>
    public OutlierDetection? OutlierDetection => _config.DefaultTrafficPolicy?.OutlierDetection;

    /// <summary>What Telemetry resources mean that name no provider of metrics.</summary>
    public IReadOnlyList<string> MetricsProviders => _config.DefaultProviders?.Metrics is { Count: > 0 } named ? named : [Prometheus];

    /// <summary>Whether spans are made.</summary>
    public bool EnablesTracing => !_config.HasEnableTracing || _config.EnableTracing;

    /// <summary>What Telemetry resources mean that name no provider of spans.</summary>
    public IReadOnlyList<string> TracingProviders => _config.DefaultProviders?.Tracing is { Count: > 0 } named ? named : [];

    /// <summary>Null when the mesh says nothing of how proxies trace.</summary>
    public ProxyTracing? ProxyTracing => _config.DefaultConfig?.Tracing;

    /// <summary>What Telemetry resources mean that name no provider of access logs, and what holds without resources.</summary>
    public IReadOnlyList<string> AccessLogProviders =>
        _config.DefaultProviders?.AccessLogging is { Count: > 0 } named ? named : _config.AccessLogFile.Length > 0 ? [EnvoyProvider] : [];

    /// <summary>Empty for no access log by itself.</summary>
    public string AccessLogFile => _config.AccessLogFile;

    /// <summary>Empty for Istio's default.</summary>
    public string AccessLogFormat => _config.AccessLogFormat;

    /// <summary>Whether <see cref="AccessLogFormat"/>, and the default, are JSON.</summary>
    public bool LogsJson => _config.AccessLogEncoding == MeshConfig.Types.AccessLogEncoding.Json;

    /// <summary>Whether a provider is the metrics page of each workload; the built-in one need not be configured.</summary>
    public bool IsPrometheus(string name) =>
        _config.ExtensionProviders.FirstOrDefault(provider => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } provider
            ? provider.ProviderCase == Mesh.Config.Istio.Mesh.ExtensionProvider.ProviderOneofCase.Prometheus
            : name.Equals(Prometheus, StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands before gateways.</summary>
    public Topology GatewayTopology => _config.DefaultConfig?.GatewayTopology ?? new Topology();

    /// <param name="config">All resources.</param>
    /// <param name="trustDomain">Where the mesh configuration names none.</param>
    public static MeshSettings Of(ConfigSnapshot config, string trustDomain = DefaultTrustDomain) =>
        new(config.Resources.GetValueOrDefault(ConfigMap)?.Spec as MeshConfig ?? new MeshConfig(), trustDomain);

    /// <summary>The first provider of a name; null when there is none.</summary>
    public ExtensionProvider? ExtensionProvider(string name) => _config.ExtensionProviders.FirstOrDefault(provider => provider.Name == name);

    /// <summary>What holds for a cluster: a DestinationRule's setting replaces the mesh's as a whole; null when it is turned off.</summary>
    public LocalityLoadBalancerSetting? LocalityOf(LoadBalancerSettings? own)
    {
        var setting = own?.LocalityLbSetting ?? _config.LocalityLbSetting ?? new LocalityLoadBalancerSetting();
        return setting.Enabled == false ? null : setting;
    }

    private static string OrDefault(string text, string fallback) => text.Length > 0 ? text : fallback;
}
