using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Writes a rule of a GRPCRoute as one of an HTTPRoute: but for the conditions they say the same.</summary>
internal static class GrpcRules
{
    public static HTTPRouteRule ToHttp(GRPCRouteRule rule)
    {
        var result = new HTTPRouteRule { Name = rule.Name, SessionPersistence = rule.SessionPersistence };
        result.Filters.Add(rule.Filters.Select(ToHttp));
        result.BackendRefs.Add(rule.BackendRefs.Select(ToHttp));
        return result;
    }

    private static HTTPRouteFilter ToHttp(GRPCRouteFilter filter) => new()
    {
        Type = filter.Type,
        RequestHeaderModifier = filter.RequestHeaderModifier,
        ResponseHeaderModifier = filter.ResponseHeaderModifier,
        RequestMirror = filter.RequestMirror,
        ExtensionRef = filter.ExtensionRef,
    };

    private static HTTPBackendRef ToHttp(GRPCBackendRef backend)
    {
        var result = new HTTPBackendRef { Group = backend.Group, Kind = backend.Kind, Name = backend.Name, Namespace = backend.Namespace, Weight = backend.Weight };
        if (backend.HasPort)
        {
            result.Port = backend.Port;
        }

        result.Filters.Add(backend.Filters.Select(ToHttp));
        return result;
    }
}
