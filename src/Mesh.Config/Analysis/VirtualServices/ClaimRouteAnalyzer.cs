using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Istio.Security;

namespace Mesh.Config.Analysis.VirtualServices;

/// <summary>VirtualServices that route by claims of a token which nobody at the gateway verifies (IST0149).</summary>
internal sealed class ClaimRouteAnalyzer : IAnalyzer
{
    private const string MeshGateway = "mesh";
    private const string ControlPlane = "istio-system";
    private const string ClaimHeader = "@request.auth.claims";

    public string Name => "virtualservice.JWTClaimRouteAnalyzer";

    public string Description => "Checks the VirtualService using JWT claim based routing has corresponding RequestAuthentication";

    public void Analyze(AnalysisContext context)
    {
        var authentications = context.All(KindNames.RequestAuthentication).ToLookup(
            resource => resource.Namespace,
            resource => new LabelSelector(resource.Spec<RequestAuthentication>().Selector?.MatchLabels.AsEnumerable() ?? []),
            StringComparer.Ordinal);
        foreach (var resource in context.All(KindNames.VirtualService))
        {
            if (ClaimOf(resource.Spec<VirtualService>()) is not { } claim)
            {
                continue;
            }

            var gateways = resource.Spec<VirtualService>().Gateways.Where(name => name != MeshGateway);
            foreach (var gateway in gateways.Select(name => context.Snapshot.Find(KindNames.Gateway, resource.Namespace, name)).OfType<AnalysisResource>())
            {
                foreach (var pod in context.Snapshot.Pods.Select(new LabelSelector(gateway.Spec<Gateway>().Selector)))
                {
                    if (!authentications[ControlPlane].Concat(authentications[pod.Namespace]).Any(selector => selector.Matches(pod.Labels)))
                    {
                        context.Report(Messages.JwtClaimBasedRoutingWithoutRequestAuthN, resource, claim, gateway.FullName, pod.Name);
                    }
                }
            }
        }
    }

    /// <summary>The first header that stands for a claim; null without one.</summary>
    private static string? ClaimOf(VirtualService routes) => routes.Http
        .SelectMany(rule => rule.Match)
        .SelectMany(match => match.Headers.Keys.Order(StringComparer.Ordinal).Concat(match.WithoutHeaders.Keys.Order(StringComparer.Ordinal)))
        .FirstOrDefault(IsClaim);

    private static bool IsClaim(string header) =>
        header.StartsWith(ClaimHeader, StringComparison.OrdinalIgnoreCase) && header[ClaimHeader.Length..] is ['.', _, ..] or ['[', _, .., ']'];
}
