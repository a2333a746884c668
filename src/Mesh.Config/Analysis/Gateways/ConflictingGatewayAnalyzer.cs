using System.Collections.Immutable;
using System.Globalization;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Gateways;

/// <summary>Gateways of the same workloads that claim the same host on the same port and address (IST0145).</summary>
internal sealed class ConflictingGatewayAnalyzer : IAnalyzer
{
    public string Name => "gateway.ConflictingGatewayAnalyzer";

    public string Description => "Checks a gateway's selector, port number and hosts";

    public void Analyze(AnalysisContext context)
    {
        var gateways = context.All(KindNames.Gateway);
        var selectors = gateways.Select(gateway => new LabelSelector(gateway.Spec<Gateway>().Selector)).DistinctBy(selector => selector.ToString()).ToArray();
        var bindings = Bindings(gateways);
        var together = selectors.ToDictionary(selector => selector.ToString(), selector => Together(selector, selectors, context.Snapshot), StringComparer.Ordinal);
        var serving = gateways.Select(gateway => gateway.Spec<Gateway>()).Where(gateway => gateway.Servers.Count > 0)
            .Select(gateway => new LabelSelector(gateway.Selector).ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var resource in gateways)
        {
            var gateway = resource.Spec<Gateway>();
            var labels = new LabelSelector(gateway.Selector);
            var selector = labels.ToString();
            if (selector.Length > 0 && !together[selector].Any(serving.Contains))
            {
                // Nobody serves anything there, this Gateway included.
                context.ReportAt(labels.LineIn(resource, "spec.selector"), Messages.ReferencedResourceNotFound, resource, "selector", selector);
            }

            foreach (var server in gateway.Servers)
            {
                Check(context, resource, selector, server, together[selector].SelectMany(other => bindings[(other, PortOf(server))]));
            }
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource resource, string selector, Server server, IEnumerable<GatewayBinding> others)
    {
        var conflicts = others
            .Where(other => other.Gateway != resource && server.Hosts.Any(host => other.Hosts.GetValueOrDefault(host) == server.Bind))
            .Select(other => other.Gateway.FullName)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (conflicts.Length > 0)
        {
            var port = PortOf(server).ToString(CultureInfo.InvariantCulture);
            context.Report(Messages.ConflictingGateways, resource, string.Join(',', conflicts), selector, port, string.Join(',', server.Hosts));
        }
    }

    /// <summary>Of several servers on one port the last is what counts of a Gateway (Istio).</summary>
    private static ILookup<(string Selector, uint Port), GatewayBinding> Bindings(ImmutableArray<AnalysisResource> gateways)
    {
        var bindings =
            from gateway in gateways
            let selector = new LabelSelector(gateway.Spec<Gateway>().Selector).ToString()
            from port in gateway.Spec<Gateway>().Servers.GroupBy(PortOf)
            let server = port.Last()
            let hosts = server.Hosts.Distinct().ToImmutableDictionary(host => host, _ => server.Bind, StringComparer.Ordinal)
            select (Key: (selector, port.Key), Binding: new GatewayBinding(gateway, hosts));
        return bindings.ToLookup(entry => entry.Key, entry => entry.Binding);
    }

    /// <summary>The selectors that meet the same pods: the same one, and those that say more or less of the same and have a pod in common.</summary>
    private static string[] Together(LabelSelector selector, LabelSelector[] all, AnalysisSnapshot snapshot)
    {
        var text = selector.ToString();
        return
        [
            .. all.Where(other => other.ToString() is var otherText
                && (otherText == text
                    || ((otherText.Contains(text, StringComparison.Ordinal) || text.Contains(otherText, StringComparison.Ordinal))
                        && snapshot.Pods.Select(selector).Any(pod => other.Matches(pod.Labels)))))
                .Select(other => other.ToString()),
        ];
    }

    private static uint PortOf(Server server) => server.Port?.Number ?? 0;
}
