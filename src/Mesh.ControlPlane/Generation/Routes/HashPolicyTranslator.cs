using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.Protocol.Envoy.Route;
using ConsistentHash = Mesh.Config.Istio.Networking.LoadBalancerSettings.Types.ConsistentHashLB;
using HashPolicy = Mesh.Protocol.Envoy.Route.RouteAction.Types.HashPolicy;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Puts what a DestinationRule's <c>consistentHash</c> hashes onto the routes to it, where Envoy reads it.</summary>
internal static class HashPolicyTranslator
{
    public static void Add(GenerationContext context, RouteAction action, ResolvedService service, string subset, int port)
    {
        var rule = DestinationRuleResolver.Resolve(context, service.PolicyHost, service.Service.Namespace);
        var policy = TrafficPolicyMerge.Of(rule, rule.Subset(subset), port);
        if (policy.LoadBalancer?.ConsistentHash is { } hash && Translate(hash) is { } result && !action.HashPolicy.Contains(result))
        {
            action.HashPolicy.Add(result);
        }
    }

    private static HashPolicy? Translate(ConsistentHash hash) => hash.HashKeyCase switch
    {
        ConsistentHash.HashKeyOneofCase.HttpHeaderName =>
            new HashPolicy { Header = new HashPolicy.Types.Header { HeaderName = hash.HttpHeaderName } },
        ConsistentHash.HashKeyOneofCase.HttpCookie => new HashPolicy { Cookie = CookieOf(hash.HttpCookie) },
        ConsistentHash.HashKeyOneofCase.UseSourceIp =>
            new HashPolicy { ConnectionProperties = new HashPolicy.Types.ConnectionProperties { SourceIp = hash.UseSourceIp } },
        ConsistentHash.HashKeyOneofCase.HttpQueryParameterName =>
            new HashPolicy { QueryParameter = new HashPolicy.Types.QueryParameter { Name = hash.HttpQueryParameterName } },
        _ => null,
    };

    private static HashPolicy.Types.Cookie CookieOf(ConsistentHash.Types.HTTPCookie cookie) => new()
    {
        Name = cookie.Name,
        Path = cookie.Path,
        Ttl = cookie.Ttl,
        Attributes = { cookie.Attributes.Select(attribute => new HashPolicy.Types.CookieAttribute { Name = attribute.Name, Value = attribute.Value }) },
    };
}
