using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesh.Protocol.Xds;

/// <summary>Writes xDS messages in proto3 JSON, as Envoy's config dump does, without what is secret in them.</summary>
internal static class XdsJson
{
    private const string Redacted = "[redacted]";

    /// <summary>Fields of Envoy's messages that hold what nobody but the workload may see.</summary>
    private static readonly string[] SecretFields =
        ["privateKey", "password", "pkcs12", "genericSecret", "sessionTicketKeys", "privateKeyProvider", "tokenSecret", "hmacSecret", "sha256"];

    // Only people ask for JSON: the descriptors of all types are gathered when somebody does.
    private static readonly Lazy<JsonFormatter> Formatter = new(
        static () => new JsonFormatter(new JsonFormatter.Settings(formatDefaultValues: false, TypeRegistry.FromFiles(Files()))));

    /// <summary>An Any of a type that has no descriptor here has no JSON: then there is an object that says so.</summary>
    public static JsonNode Of(IMessage message)
    {
        try
        {
            var json = JsonNode.Parse(Formatter.Value.Format(message))!;
            Redact(json);
            return json;
        }
        catch (InvalidOperationException exception)
        {
            return new JsonObject { ["error"] = exception.Message };
        }
    }

    private static void Redact(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var name in fields.Select(field => field.Key).ToArray())
                {
                    if (SecretFields.Contains(name, StringComparer.Ordinal))
                    {
                        fields[name] = Redacted;
                    }
                    else
                    {
                        Redact(fields[name]);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Redact(item);
                }

                break;
        }
    }

    /// <summary>Of everything that may stand in an Any; what they import comes with them.</summary>
    private static FileDescriptor[] Files() =>
    [
        global::Mesh.Protocol.Envoy.Clusters.Aggregate.AggregateReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Cluster.ClusterReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Endpoint.EndpointReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Common.Fault.FaultReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.Cors.CorsReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.Fault.FaultReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.JwtAuthn.JwtAuthnReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.LocalRatelimit.LocalRatelimitReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.Rbac.RbacReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.Router.RouterReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Http.StatefulSession.StatefulSessionReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Filters.Tcp.TcpProxyReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Http.HttpConnectionManagerReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Http.StatefulSession.Cookie.CookieReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Http.StatefulSession.Header.HeaderReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Listener.ListenerReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.ClientSideWeightedRoundRobin.ClientSideWeightedRoundRobinReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.ClusterProvided.ClusterProvidedReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.Common.CommonReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.LeastRequest.LeastRequestReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.Maglev.MaglevReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.OverrideHost.OverrideHostReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.PickFirst.PickFirstReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.Random.RandomReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.RingHash.RingHashReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.RoundRobin.RoundRobinReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.Subset.SubsetReflection.Descriptor,
        global::Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality.WrrLocalityReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Path.UriTemplate.UriTemplateMatchReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Rbac.RbacReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Retry.PreviousHosts.PreviousHostsReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Retry.PreviousPriorities.PreviousPrioritiesConfigReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Route.RouteReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Status.StatusReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Tls.TlsReflection.Descriptor,
        global::Mesh.Protocol.Envoy.TransportSockets.Http11Proxy.Http11ProxyReflection.Descriptor,
        global::Mesh.Protocol.Envoy.Upstreams.Http.HttpReflection.Descriptor,
        global::Mesh.Protocol.Extensions.Authorization.EndpointRouteReflection.Descriptor,
        global::Mesh.Protocol.Extensions.Authorization.ExternalAuthorizationReflection.Descriptor,
        global::Mesh.Protocol.Extensions.LoadBalancing.PeakEwmaReflection.Descriptor,
        global::Mesh.Protocol.Extensions.RateLimit.RateLimitsReflection.Descriptor,
        global::Mesh.Protocol.Extensions.Routing.HedgingReflection.Descriptor,
        global::Mesh.Protocol.Extensions.Telemetry.WorkloadTelemetryReflection.Descriptor,
        global::Mesh.Protocol.Google.Expr.ExprReflection.Descriptor,
        global::Mesh.Protocol.Udpa.Type.TypeReflection.Descriptor,
        global::Mesh.Protocol.Xds.Type.TypeReflection.Descriptor,
    ];
}
