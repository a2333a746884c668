using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Istio's rules for VirtualService.</summary>
internal sealed class VirtualServiceValidator() : SpecValidator<VirtualService>(ResourceKinds.VirtualService)
{
    protected override void Validate(FieldScope scope, VirtualService spec, Resource resource)
    {
        var context = RouteContext.Of(spec);
        if (context.IsDelegate)
        {
            Delegate(scope, spec);
        }

        Hosts(scope, spec);
        GatewayNames.Check(scope, spec.Gateways);
        scope.Require(spec.Http.Count + spec.Tls.Count + spec.Tcp.Count > 0, "at least one rule is required in http, tls or tcp");
        scope.Each("http", spec.Http, (item, route) => HttpRouteRules.Check(item, route, context));
        scope.Each("tls", spec.Tls, (item, route) => L4RouteRules.Check(item, route, context));
        scope.Each("tcp", spec.Tcp, static (item, route) => L4RouteRules.Check(item, route));
        ExportToRules.Check(scope, spec.ExportTo, resource.Id.Namespace);
        RouteReachability.Check(scope, spec);
    }

    private static void Delegate(FieldScope scope, VirtualService spec)
    {
        const string Rule = "a VirtualService without hosts is a delegate, which has http rules only; add hosts or remove this";
        scope.Field("gateways").Require(spec.Gateways.Count == 0, Rule);
        scope.Field("tls").Require(spec.Tls.Count == 0, Rule);
        scope.Field("tcp").Require(spec.Tcp.Count == 0, Rule);
    }

    private static void Hosts(FieldScope scope, VirtualService spec)
    {
        var mesh = GatewayNames.BoundToMesh(spec.Gateways);
        scope.Each("hosts", spec.Hosts, (item, host) =>
        {
            item.Require(host != "*" || !mesh, "the host * is not allowed for clients in the mesh; name the hosts, or bind to a gateway");
            item.Require(
                DnsNames.IsWildcardDomain(host) || Addresses.IsIp(host) || (!mesh && IsSniRoute(host)),
                $"\"{host}\" must be a host name, *. and a domain, or an IP address");
        });
        for (var index = 1; index < spec.Hosts.Count; index++)
        {
            var host = spec.Hosts[index];
            var other = spec.Hosts.Take(index).FirstOrDefault(earlier => HostPattern.Matches(earlier, host));
            scope.Item("hosts", index).Require(other is null, $"\"{host}\" overlaps with \"{other}\" of the same VirtualService");
        }
    }

    /// <summary>The name istiod makes for routing by SNI between clusters.</summary>
    private static bool IsSniRoute(string host) =>
        host.StartsWith("outbound_.", StringComparison.Ordinal) && DnsNames.IsFqdn(host.Replace('_', 'x'));
}
