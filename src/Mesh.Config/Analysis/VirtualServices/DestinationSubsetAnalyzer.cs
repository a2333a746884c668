using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.VirtualServices;

/// <summary>VirtualServices that route to a subset which no DestinationRule defines (IST0101).</summary>
internal sealed class DestinationSubsetAnalyzer : IAnalyzer
{
    public string Name => "virtualservice.DestinationRuleAnalyzer";

    public string Description => "Checks the destination rules associated with each virtual service";

    public void Analyze(AnalysisContext context)
    {
        var domain = context.Snapshot.Settings.ClusterDomain;
        var subsets = (
            from resource in context.All(KindNames.DestinationRule)
            let rule = resource.Spec<DestinationRule>()
            from subset in rule.Subsets
            select (HostName.Qualify(rule.Host, resource.Namespace, domain), subset.Name)).ToHashSet();
        foreach (var resource in context.All(KindNames.VirtualService))
        {
            var routes = resource.Spec<VirtualService>();
            Check(RouteTargets.Routes(routes), "host+subset in destinationrule", resource);
            Check(RouteTargets.Mirrors(routes), "mirror+subset in destinationrule", resource);
        }

        void Check(IEnumerable<RouteTarget> destinations, string what, AnalysisResource resource)
        {
            foreach (var (destination, path) in destinations)
            {
                var host = HostName.Qualify(destination.Host, resource.Namespace, domain);
                if (destination.Subset.Length > 0 && !subsets.Contains((host, destination.Subset)))
                {
                    context.ReportAt(resource.LineOf($"{path}.host"), Messages.ReferencedResourceNotFound, resource, what, $"{destination.Host}+{destination.Subset}");
                }
            }
        }
    }
}
