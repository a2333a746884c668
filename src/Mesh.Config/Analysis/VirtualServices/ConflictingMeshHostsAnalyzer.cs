using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.VirtualServices;

/// <summary>VirtualServices that route the same host for the same clients in the mesh: which one wins is undefined (IST0109).</summary>
internal sealed class ConflictingMeshHostsAnalyzer : IAnalyzer
{
    private const string MeshGateway = "mesh";

    public string Name => "virtualservice.ConflictingMeshGatewayHostsAnalyzer";

    public string Description => "Checks if multiple virtual services associated with the mesh gateway have conflicting hosts";

    public void Analyze(AnalysisContext context)
    {
        var claims = (
            from resource in context.All(KindNames.VirtualService)
            let routes = resource.Spec<VirtualService>()
            where routes.Gateways.Count == 0 || routes.Gateways.Contains(MeshGateway)
            from scope in ExportScopes.Of(routes.ExportTo, resource.Namespace)
            from host in routes.Hosts
            select (Scope: scope, Host: HostName.Qualify(host, resource.Namespace, context.Snapshot.Settings.ClusterDomain), Resource: resource))
            .ToLookup(claim => (claim.Scope, claim.Host), claim => claim.Resource);
        var wildcards = claims.Where(group => group.Key.Scope == ExportScopes.All && HostName.IsWildcard(group.Key.Host)).ToArray();
        var everywhere = claims.Where(group => group.Key.Scope == ExportScopes.All).ToArray();
        var reported = new HashSet<AnalysisResource>();
        foreach (var group in claims.OrderBy(group => $"{group.Key.Scope}/{group.Key.Host}", StringComparer.Ordinal))
        {
            var (scope, host) = group.Key;

            // Only what is for all namespaces can be in the way of what is for one.
            var inTheWay = scope == ExportScopes.All ? []
                : HostName.IsWildcard(host) ? everywhere.Where(other => HostName.Overlaps(host, other.Key.Host)).SelectMany(other => other)
                : claims[(ExportScopes.All, host)].Concat(wildcards.Where(other => HostName.Overlaps(host, other.Key.Host)).SelectMany(other => other));
            AnalysisResource[] rivals = [.. group, .. inTheWay];
            if (rivals.Length < 2)
            {
                continue;
            }

            var names = string.Join(',', rivals.Select(rival => rival.FullName));
            foreach (var rival in rivals.Where(reported.Add))
            {
                context.ReportAt(rival.LineOf("metadata.name"), Messages.ConflictingMeshGatewayVirtualServiceHosts, rival, names, $"{scope}/{host}");
            }
        }
    }
}
