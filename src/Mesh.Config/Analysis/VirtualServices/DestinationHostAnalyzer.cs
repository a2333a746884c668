using System.Globalization;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.VirtualServices;

/// <summary>VirtualServices that route to hosts or ports which are not there, or to no port in particular; and subsets that a gateway will not see (IST0101, IST0112, IST0140).</summary>
internal sealed class DestinationHostAnalyzer : IAnalyzer
{
    public string Name => "virtualservice.DestinationHostAnalyzer";

    public string Description => "Checks the destination hosts associated with each virtual service";

    public void Analyze(AnalysisContext context)
    {
        var subsets = SubsetsByHost(context);
        foreach (var resource in context.All(KindNames.VirtualService))
        {
            var routes = resource.Spec<VirtualService>();
            foreach (var destination in RouteTargets.Routes(routes))
            {
                Check(context, resource, routes, destination, "host");
            }

            foreach (var mirror in RouteTargets.Mirrors(routes))
            {
                Check(context, resource, routes, mirror, "mirror host");
            }

            if (routes.Gateways.Count > 0)
            {
                CheckSubsets(context, resource, routes, subsets);
            }
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource resource, VirtualService routes, RouteTarget destination, string what)
    {
        var host = destination.Value.Host;
        var line = resource.LineOf($"{destination.Path}.host");
        var found = context.Snapshot.Hosts.Find(host, resource.Namespace, routes.ExportTo);
        if (found is null)
        {
            context.ReportAt(line, Messages.ReferencedResourceNotFound, resource, what, host);
        }
        else if (destination.Value.Port is not { } port)
        {
            if (found.Ports.Length > 1)
            {
                context.ReportAt(line, Messages.VirtualServiceDestinationPortSelectorRequired, resource, host, found.Ports);
            }
        }
        else if (!found.Ports.Contains((int)port.Number))
        {
            var wanted = $"{host}:{port.Number.ToString(CultureInfo.InvariantCulture)}";
            context.ReportAt(line, Messages.ReferencedResourceNotFound, resource, "host:port", wanted);
        }
    }

    /// <summary>The VirtualServices that send a host of their own to a subset, by that host.</summary>
    private static ILookup<string, AnalysisResource> SubsetsByHost(AnalysisContext context) => (
        from resource in context.All(KindNames.VirtualService)
        let routes = resource.Spec<VirtualService>()
        from rule in routes.Http
        from route in rule.Route
        where route.Destination is { Subset.Length: > 0 } && routes.Hosts.Contains(route.Destination.Host)
        select (route.Destination.Host, Resource: resource))
        .Distinct()
        .ToLookup(entry => entry.Host, entry => entry.Resource, StringComparer.Ordinal);

    /// <summary>A gateway goes by its own VirtualService alone: the subsets of the mesh's are not for it.</summary>
    private static void CheckSubsets(AnalysisContext context, AnalysisResource resource, VirtualService routes, ILookup<string, AnalysisResource> subsets)
    {
        foreach (var destination in RouteTargets.Routes(new VirtualService { Http = { routes.Http } }).Where(destination => destination.Value.Subset.Length == 0))
        {
            foreach (var other in subsets[destination.Value.Host])
            {
                context.ReportAt(
                    resource.LineOf($"{destination.Path}.host"), Messages.IngressRouteRulesNotAffected, resource, other.FullName, resource.FullName);
            }
        }
    }
}
