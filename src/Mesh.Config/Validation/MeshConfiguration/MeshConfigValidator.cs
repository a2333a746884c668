using Mesh.Config.Decoding;
using Mesh.Config.Istio.Mesh;
using Mesh.Config.Validation.DestinationRules;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.Telemetry;
using Mesh.Config.Validation.VirtualServices;

namespace Mesh.Config.Validation.MeshConfiguration;

/// <summary>Istio's rules for the mesh configuration.</summary>
internal sealed class MeshConfigValidator : IResourceValidator
{
    private const long LongestConnectTimeout = 3_600;

    private static readonly string[] Curves = ["P-224", "P-256", "P-384", "P-521", "X25519", "X25519Kyber768Draft00", "X25519MLKEM768"];

    public ResourceKind Kind => ResourceKinds.ConfigMap;

    public void Validate(Resource resource, FindingCollector findings)
    {
        if (resource.Spec is MeshConfig config)
        {
            Validate(new FieldScope(findings, MeshConfigDecoder.Path), config);
        }
    }

    private static void Validate(FieldScope scope, MeshConfig config)
    {
        if (config.HasProxyListenPort)
        {
            ValueRules.Port(scope.Field("proxyListenPort"), config.ProxyListenPort);
        }

        ValueRules.Duration(scope.Field("connectTimeout"), config.ConnectTimeout);
        ValueRules.Duration(scope.Field("protocolDetectionTimeout"), config.ProtocolDetectionTimeout, zeroAllowed: true);
        ProxyDefaultsRules.Check(scope.Field("defaultConfig"), config.DefaultConfig);
        scope.Field("connectTimeout").Require(config.ConnectTimeout is not { Seconds: > LongestConnectTimeout }, "must be at most 1h");
        ValueRules.Duration(scope.Field("dnsRefreshRate"), config.DnsRefreshRate);
        ExportToRules.Check(scope, config.DefaultServiceExportTo, ".", noneAllowed: true, "defaultServiceExportTo");
        ExportToRules.Check(scope, config.DefaultVirtualServiceExportTo, ".", noneAllowed: true, "defaultVirtualServiceExportTo");
        ExportToRules.Check(scope, config.DefaultDestinationRuleExportTo, ".", noneAllowed: true, "defaultDestinationRuleExportTo");
        scope.Field("rootNamespace").Require(config.RootNamespace.Length == 0 || DnsNames.IsLabel(config.RootNamespace), $"\"{config.RootNamespace}\" must be a namespace");
        TrustDomain(scope.Field("trustDomain"), config.TrustDomain);
        scope.Each("trustDomainAliases", config.TrustDomainAliases, static (item, alias) =>
        {
            item.Require(alias.Length > 0, "must not be empty");
            TrustDomain(item, alias);
        });

        // Where there is outlier detection depends on DestinationRules, hence no warning that it is missing.
        LocalityRules.Check(scope.Field("localityLbSetting"), config.LocalityLbSetting, hasOutlierDetection: true);
        RetryRules.Check(scope.Field("defaultHttpRetryPolicy"), config.DefaultHttpRetryPolicy);
        ExtensionProviderRules.Check(scope, config.ExtensionProviders);
        LogFormatRules.Check(scope.Field("accessLogFormat"), config.AccessLogFormat);
        Tls(scope, config);
        scope.Each("serviceSettings", config.ServiceSettings, static (item, settings) => item.Each(
            "hosts", settings.Hosts, static (field, host) => field.Require(DnsNames.IsWildcardDomain(host), $"\"{host}\" must be a host name, or *. and a domain")));
        if (config.DefaultTrafficPolicy is { } policy)
        {
            var field = scope.Field("defaultTrafficPolicy");
            ConnectionPoolRules.Check(field.Field("connectionPool"), policy.ConnectionPool);
            OutlierDetectionRules.Check(field.Field("outlierDetection"), policy.OutlierDetection);
        }
    }

    private static void Tls(FieldScope scope, MeshConfig config)
    {
        scope.Field("meshMTLS.ecdhCurves").Require(config.MeshMtls is not { EcdhCurves.Count: > 0 }, "the curves within the mesh cannot be chosen; use tlsDefaults for all other TLS");
        if (config.TlsDefaults is not { } defaults)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        scope.Field("tlsDefaults").Each("ecdhCurves", defaults.EcdhCurves, (item, curve) =>
        {
            if (!Curves.Contains(curve, StringComparer.Ordinal))
            {
                item.Warning($"\"{curve}\" is not one of {string.Join(", ", Curves)}");
            }
            else if (!seen.Add(curve))
            {
                item.Warning($"\"{curve}\" is there twice");
            }
        });
    }

    private static void TrustDomain(FieldScope scope, string domain) =>
        scope.Require(domain.Length == 0 || domain.Split('.').All(DnsNames.IsLabel), $"\"{domain}\" must be DNS labels separated by dots");
}
