using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Generation.Connections;

/// <summary>Turns <c>tcp[]</c> into filter chains.</summary>
internal static class TcpRouteTranslator
{
    /// <summary>Whether the chains take every connection.</summary>
    public static bool Add(ConnectionTarget target, IEnumerable<ConfigResource<VirtualService>> rules, Listener listener)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var virtualService in rules)
        {
            for (var index = 0; index < virtualService.Spec.Tcp.Count; index++)
            {
                var rule = virtualService.Spec.Tcp[index];
                if (Subnets(target, rule, virtualService.Namespace) is not { } subnets)
                {
                    continue;
                }

                // An address that an earlier rule took is its own: the first match wins, and Envoy refuses two chains with one match.
                var free = subnets.Where(seen.Add).ToList();
                if ((subnets.Count > 0 && free.Count == 0) || TcpProxyTranslator.ToDestinations(target, virtualService, $"tcp[{index}]", rule.Route) is not { } chain)
                {
                    continue;
                }

                listener.FilterChains.Add(chain);
                if (subnets.Count == 0)
                {
                    // What follows a rule that takes everything can never be reached.
                    return true;
                }

                chain.FilterChainMatch = new FilterChainMatch { PrefixRanges = { free.Select(PrefixRange.Parse) } };
            }
        }

        return false;
    }

    /// <summary>The subnets of all matches that are for this client; none means every address, null that the rule is not for this client.</summary>
    private static List<string>? Subnets(ConnectionTarget target, TCPRoute rule, string ruleNamespace)
    {
        var matches = rule.Match
            .Where(match => target.IsFor(match.Port, match.SourceLabels, match.Gateways, match.SourceNamespace, ruleNamespace))
            .ToList();
        if (rule.Match.Count > 0 && matches.Count == 0)
        {
            return null;
        }

        return matches.Any(match => match.DestinationSubnets.Count == 0)
            ? []
            : [.. matches.SelectMany(match => match.DestinationSubnets).Select(PrefixRange.Normalize).Distinct(StringComparer.Ordinal)];
    }
}
