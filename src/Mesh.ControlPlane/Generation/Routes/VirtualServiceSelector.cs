using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Finds the VirtualService that a client has to follow for a host.</summary>
internal static class VirtualServiceSelector
{
    public static ConfigResource<VirtualService>? Select(GenerationContext context, string host, int port)
    {
        ConfigResource<VirtualService>? best = null;
        var bestRank = (Specificity: 0, Nearness: 0);
        foreach (var candidate in context.Index.VirtualServices)
        {
            if (!IsForMesh(candidate.Spec) || Nearness(context, candidate) is not { } nearness || !context.Scope.Imports(candidate, port))
            {
                continue;
            }

            // The most specific host wins, then the nearest resource; among equals the first, which is the oldest.
            var rank = (SpecificityOf(context, candidate, host), nearness);
            if (rank.Item1 > 0 && rank.CompareTo(bestRank) > 0)
            {
                best = candidate;
                bestRank = rank;
            }
        }

        return best;
    }

    /// <summary>All that speak of a host, the most specific first: connections follow the rules of one after the other, as istiod gives them to sidecars.</summary>
    public static IEnumerable<ConfigResource<VirtualService>> SelectAll(GenerationContext context, string host, int port) =>
        from candidate in context.Index.VirtualServices
        where IsForMesh(candidate.Spec)
        let nearness = Nearness(context, candidate)
        where nearness is not null && context.Scope.Imports(candidate, port)
        let specificity = SpecificityOf(context, candidate, host)
        where specificity > 0
        orderby specificity descending, nearness descending
        select candidate;

    private static int SpecificityOf(GenerationContext context, ConfigResource<VirtualService> candidate, string host)
    {
        var best = -1;
        foreach (var pattern in candidate.Spec.Hosts)
        {
            best = Math.Max(best, HostPattern.Specificity(ShortNames.InResource(pattern, candidate.Namespace, context.ClusterDomain), host));
        }

        return best;
    }

    /// <summary>How near a resource is to the client: exported to its own namespace alone, then to it by name, then to all (Istio); null when it is not exported to it.</summary>
    public static int? Nearness(GenerationContext context, ConfigResource<VirtualService> candidate)
    {
        var client = context.Client.Namespace;
        var exportTo = Visibility.Effective(candidate.Spec.ExportTo, context.Settings.VirtualServiceExportTo);
        if (!Visibility.IsExported(exportTo, candidate.Namespace, client))
        {
            return null;
        }

        if (Visibility.IsPublic(exportTo))
        {
            return 0;
        }

        return candidate.Namespace == client ? 2 : 1;
    }

    private static bool IsForMesh(VirtualService service) => service.Gateways.Count == 0 || service.Gateways.Contains(GatewayNames.Mesh);
}
