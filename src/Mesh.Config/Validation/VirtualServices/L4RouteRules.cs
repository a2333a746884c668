using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Rules of <c>tls[]</c> and <c>tcp[]</c>.</summary>
internal static class L4RouteRules
{
    public static void Check(FieldScope scope, TLSRoute route, RouteContext context)
    {
        scope.Field("match").Require(route.Match.Count > 0, "a tls rule needs a match with sniHosts");
        scope.Each("match", route.Match, (item, match) =>
        {
            item.Field("sniHosts").Require(match.SniHosts.Count > 0, "sniHosts is required");
            item.Each("sniHosts", match.SniHosts, (sni, host) => Sni(sni, host, context));
            Conditions(item, match.DestinationSubnets, match.Port, match.SourceLabels, match.Gateways, match.SourceNamespace);
        });
        Targets(scope, route.Route);
    }

    public static void Check(FieldScope scope, TCPRoute route)
    {
        scope.Each("match", route.Match, static (item, match) =>
        {
            item.Field("sourceSubnet").Require(
                match.SourceSubnet.Length == 0 || Addresses.IsIpOrSubnet(match.SourceSubnet),
                $"\"{match.SourceSubnet}\" must be an IP address or a CIDR block");
            Conditions(item, match.DestinationSubnets, match.Port, match.SourceLabels, match.Gateways, match.SourceNamespace);
        });
        Targets(scope, route.Route);
    }

    private static void Sni(FieldScope scope, string host, RouteContext context)
    {
        if (Addresses.IsIp(host))
        {
            scope.Warning($"\"{host}\" is an address; clients send no SNI for addresses");
            return;
        }

        scope.Require(DnsNames.IsWildcardDomain(host), $"\"{host}\" must be a host name, or *. and a domain");
        scope.Require(context.Hosts.Any(outer => HostPattern.IsSubsetOf(host, outer)), $"\"{host}\" is not within the hosts of the VirtualService");
    }

    private static void Conditions(
        FieldScope scope, IReadOnlyList<string> subnets, uint port, IEnumerable<KeyValuePair<string, string>> labels, IReadOnlyList<string> gateways, string ns)
    {
        scope.Each("destinationSubnets", subnets, static (item, subnet) =>
            item.Require(Addresses.IsIpOrSubnet(subnet), $"\"{subnet}\" must be an IP address or a CIDR block"));
        if (port != 0)
        {
            ValueRules.Port(scope.Field("port"), port);
        }

        LabelRules.Labels(scope, "sourceLabels", labels);
        GatewayNames.Check(scope, gateways);
        scope.Field("sourceNamespace").Require(ns.Length == 0 || DnsNames.IsLabel(ns), $"\"{ns}\" is not the name of a namespace");
    }

    private static void Targets(FieldScope scope, RepeatedField<RouteDestination> targets)
    {
        scope.Field("route").Require(targets.Count > 0, "a route with at least one destination is required");
        TargetRules.Weighted(scope, targets, static target => target.Destination, static target => target.Weight);
    }
}
