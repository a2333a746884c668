using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.ServiceEntries;

/// <summary>ServiceEntries that say different things of the protocol of one port (IST0177).</summary>
internal sealed class ConflictingProtocolAnalyzer : IAnalyzer
{
    public string Name => "serviceentry.ConflictingServiceEntryProtocolAnalyzer";

    public string Description => "Checks if multiple ServiceEntries define the same host and port with different protocols";

    public void Analyze(AnalysisContext context)
    {
        var index = (
            from resource in context.All(KindNames.ServiceEntry)
            let entry = resource.Spec<ServiceEntry>()
            from scope in ExportScopes.Of(entry.ExportTo, resource.Namespace)
            from host in entry.Hosts
            from port in entry.Ports
            select (Key: (scope, host, port.Number), Protocol: port.Protocol.ToUpperInvariant(), Resource: resource))
            .ToLookup(claim => claim.Key, claim => (claim.Protocol, claim.Resource));
        var reported = new HashSet<AnalysisResource>();
        foreach (var group in index.OrderBy(group => group.Key.scope, StringComparer.Ordinal).ThenBy(group => group.Key.host, StringComparer.Ordinal).ThenBy(group => group.Key.Number))
        {
            var (scope, host, port) = group.Key;
            var claims = scope == ExportScopes.All ? group : group.Concat(index[(ExportScopes.All, host, port)]);
            var protocols = claims.Select(claim => claim.Protocol).Distinct().Order(StringComparer.Ordinal).ToArray();
            if (protocols.Length < 2)
            {
                continue;
            }

            var names = claims.Select(claim => claim.Resource.FullName).Distinct().Order(StringComparer.Ordinal);
            foreach (var resource in claims.Select(claim => claim.Resource).Where(reported.Add))
            {
                context.ReportAt(
                    resource.LineOf("metadata.name"), Messages.ConflictingServiceEntryProtocol, resource,
                    string.Join(", ", names), host, port, string.Join(", ", protocols));
            }
        }
    }
}
