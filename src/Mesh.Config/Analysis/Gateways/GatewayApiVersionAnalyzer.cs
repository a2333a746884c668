namespace Mesh.Config.Analysis.Gateways;

/// <summary>Definitions of the Gateway API that are too old for their resources to be read (IST0176).</summary>
internal sealed class GatewayApiVersionAnalyzer : IAnalyzer
{
    private const string BundleAnnotation = "gateway.networking.k8s.io/bundle-version";

    /// <summary>As istiod's watch of definitions has them.</summary>
    private static readonly Dictionary<string, Version> Least = new(StringComparer.Ordinal)
    {
        ["grpcroutes.gateway.networking.k8s.io"] = new Version(1, 1, 0),
        ["backendtlspolicies.gateway.networking.k8s.io"] = new Version(1, 4, 0),
        ["tlsroutes.gateway.networking.k8s.io"] = new Version(1, 5, 0),
    };

    public string Name => "k8sgateway.CRDVersionAnalyzer";

    public string Description => "Checks Gateway API CRDs are at the minimum version required by this Istio version";

    public void Analyze(AnalysisContext context)
    {
        foreach (var definition in context.All(KindNames.CustomResourceDefinition))
        {
            // A release candidate counts for its release.
            if (Least.TryGetValue(definition.Name, out var least)
                && definition.Annotations.GetValueOrDefault(BundleAnnotation) is { } bundle
                && Parse(bundle.Split('-', '+')[0]) is { } installed
                && installed < least)
            {
                context.Report(Messages.GatewayApiCrdVersionBelowMinimum, definition, definition.Name, Normal(bundle, installed), least.ToString());
            }
        }
    }

    private static Version? Parse(string text)
    {
        var numbers = text.TrimStart('v').Split('.');
        return Version.TryParse(string.Join('.', numbers.Concat(["0", "0"]).Take(Math.Max(3, numbers.Length))), out var version) && version.Revision < 0 ? version : null;
    }

    private static string Normal(string bundle, Version version) =>
        bundle.IndexOfAny(['-', '+']) is >= 0 and var suffix ? version + bundle[suffix..] : version.ToString();
}
