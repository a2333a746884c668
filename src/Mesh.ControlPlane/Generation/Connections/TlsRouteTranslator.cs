using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Generation.Connections;

/// <summary>Turns <c>tls[]</c> into filter chains by server name; the client's TLS passes through unopened.</summary>
/// <remarks>Among the chains the most exact name wins, as Envoy's matching has it; of rules for one and the same name the first.</remarks>
internal static class TlsRouteTranslator
{
    private const string AnyName = "*";

    public static void Add(ConnectionTarget target, IEnumerable<ConfigResource<VirtualService>> rules, Listener listener)
    {
        var seen = new HashSet<(string Subnet, string Name)>();
        foreach (var virtualService in rules)
        {
            for (var index = 0; index < virtualService.Spec.Tls.Count; index++)
            {
                var rule = virtualService.Spec.Tls[index];
                var matches = rule.Match.Where(match => target.IsFor(match.Port, match.SourceLabels, match.Gateways, match.SourceNamespace, virtualService.Namespace));
                foreach (var condition in matches.SelectMany(match => Conditions(match, seen)))
                {
                    if (TcpProxyTranslator.ToDestinations(target, virtualService, $"tls[{index}]", rule.Route) is { } chain)
                    {
                        chain.FilterChainMatch = condition;
                        listener.FilterChains.Add(chain);
                    }
                }
            }
        }
    }

    /// <summary>What no earlier rule has taken: one condition where that is a full product of subnets and names, else one a subnet.</summary>
    private static List<FilterChainMatch> Conditions(TLSMatchAttributes match, HashSet<(string Subnet, string Name)> seen)
    {
        // A name that is no more than a wildcard asks for nothing (istiod).
        var names = match.SniHosts.Contains(AnyName) ? [""] : match.SniHosts.Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToList();
        List<string> subnets = match.DestinationSubnets.Count == 0
            ? [""]
            : [.. match.DestinationSubnets.Select(PrefixRange.Normalize).Distinct(StringComparer.Ordinal)];
        var free = subnets.ToDictionary(subnet => subnet, subnet => names.Where(name => seen.Add((subnet, name))).ToList(), StringComparer.Ordinal);
        return free.Values.All(left => left.Count == names.Count)
            ? [Condition(subnets, names)]
            : [.. free.Where(pair => pair.Value.Count > 0).Select(pair => Condition([pair.Key], pair.Value))];
    }

    private static FilterChainMatch Condition(List<string> subnets, List<string> names) => new()
    {
        TransportProtocol = "tls",
        PrefixRanges = { subnets.Where(subnet => subnet.Length > 0).Select(PrefixRange.Parse) },
        ServerNames = { names.Where(name => name.Length > 0) },
    };
}
