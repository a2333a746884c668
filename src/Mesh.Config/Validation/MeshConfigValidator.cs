using Mesh.Config.Decoding;
using Mesh.Config.Istio.Mesh;
using Mesh.Config.Validation.DestinationRules;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.VirtualServices;

namespace Mesh.Config.Validation;

/// <summary>Istio's rules for the mesh configuration.</summary>
internal sealed class MeshConfigValidator : IResourceValidator
{
    private const long LongestConnectTimeout = 3_600;

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
        ValueRules.Duration(scope.Field("connectTimeout"), config.ConnectTimeout);
        scope.Field("connectTimeout").Require(config.ConnectTimeout is not { Seconds: > LongestConnectTimeout }, "must be at most 1h");
        ValueRules.Duration(scope.Field("dnsRefreshRate"), config.DnsRefreshRate);
        ExportToRules.Check(scope, config.DefaultServiceExportTo, ".", noneAllowed: true, "defaultServiceExportTo");
        ExportToRules.Check(scope, config.DefaultVirtualServiceExportTo, ".", noneAllowed: true, "defaultVirtualServiceExportTo");
        ExportToRules.Check(scope, config.DefaultDestinationRuleExportTo, ".", noneAllowed: true, "defaultDestinationRuleExportTo");
        scope.Field("rootNamespace").Require(config.RootNamespace.Length == 0 || DnsNames.IsLabel(config.RootNamespace), $"\"{config.RootNamespace}\" must be a namespace");
        TrustDomain(scope.Field("trustDomain"), config.TrustDomain);
        scope.Each("trustDomainAliases", config.TrustDomainAliases, TrustDomain);

        // Where there is outlier detection depends on DestinationRules, hence no warning that it is missing.
        LocalityRules.Check(scope.Field("localityLbSetting"), config.LocalityLbSetting, hasOutlierDetection: true);
        RetryRules.Check(scope.Field("defaultHttpRetryPolicy"), config.DefaultHttpRetryPolicy);
        var providers = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("extensionProviders", config.ExtensionProviders, (item, provider) =>
        {
            // As istiod, which goes on with the others: the policies of a provider that cannot be used deny.
            if (provider.Name.Length == 0 || !providers.Add(provider.Name))
            {
                item.Field("name").Warning($"\"{provider.Name}\" must be a name that no other provider has; of several the first is used");
            }
        });
        if (config.DefaultTrafficPolicy is { } policy)
        {
            var field = scope.Field("defaultTrafficPolicy");
            ConnectionPoolRules.Check(field.Field("connectionPool"), policy.ConnectionPool);
            OutlierDetectionRules.Check(field.Field("outlierDetection"), policy.OutlierDetection);
        }
    }

    private static void TrustDomain(FieldScope scope, string domain) =>
        scope.Require(domain.Length == 0 || domain.Split('.').All(DnsNames.IsLabel), $"\"{domain}\" must be DNS labels separated by dots");
}
