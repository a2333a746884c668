using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of GRPCRoute.</summary>
internal sealed class GrpcRouteValidator() : SpecValidator<GRPCRouteSpec>(GatewayApiKinds.GrpcRoute)
{
    private const int LongestName = 1024;
    private const int LongestHeader = 4096;

    protected override void Validate(FieldScope scope, GRPCRouteSpec spec, Resource resource)
    {
        ReferenceRules.Parents(scope, spec.ParentRefs);
        RouteRules.Hosts(scope, spec.Hostnames);
        RouteRules.DefaultGateways(scope, spec.UseDefaultGateways);
        RouteRules.Names(scope, [.. spec.Rules.Select(rule => rule.Name)]);
        RouteRules.Matches(scope, [.. spec.Rules.Select(rule => rule.Matches.Count)]);
        scope.Each("rules", spec.Rules, Rule);
    }

    private static void Rule(FieldScope scope, GRPCRouteRule rule)
    {
        scope.Each("matches", rule.Matches, static (item, match) =>
        {
            Method(item.Field("method"), match.Method);
            RouteRules.Conditions(item, "headers", [.. match.Headers.Select(header => (header.Type, header.Name, header.Value))], LongestHeader);
        });
        FilterRules.Check(scope, [.. rule.Filters.Select(AsHttp)], FilterRules.OfGrpc);
        ValueRules.Count(scope.Field("backendRefs"), rule.BackendRefs.Count, 0, RouteRules.MostBackends);
        scope.Each("backendRefs", rule.BackendRefs, static (item, backend) =>
        {
            ReferenceRules.Backend(item, backend.Group, backend.Kind, backend.Name, backend.HasNamespace ? backend.Namespace : null, backend.HasPort ? backend.Port : null);
            ReferenceRules.Weight(item, backend.Weight);
            FilterRules.Check(item, [.. backend.Filters.Select(AsHttp)], FilterRules.OfGrpc);
        });
        RouteRules.Session(scope.Field("sessionPersistence"), rule.SessionPersistence);
    }

    private static void Method(FieldScope scope, GRPCMethodMatch? method)
    {
        if (method is null)
        {
            return;
        }

        RouteRules.MatchType(scope.Field("type"), method.Type);
        scope.Require(method.HasService || method.HasMethod, "one or both of 'service' or 'method' must be specified");
        ValueRules.Length(scope.Field("service"), method.Service, 0, LongestName);
        ValueRules.Length(scope.Field("method"), method.Method, 0, LongestName);
        if (method.Type == "Exact")
        {
            scope.Field("service").Require(
                !method.HasService || (method.Service is ['.', .. var rest] ? rest : method.Service).Split('.').All(IsIdentifier),
                $"\"{method.Service}\" is not the full name of a service, such as package.Service");
            scope.Field("method").Require(!method.HasMethod || IsIdentifier(method.Method), $"\"{method.Method}\" is not the name of a method");
        }
    }

    private static HTTPRouteFilter AsHttp(GRPCRouteFilter filter) => new()
    {
        Type = filter.Type,
        RequestHeaderModifier = filter.RequestHeaderModifier,
        ResponseHeaderModifier = filter.ResponseHeaderModifier,
        RequestMirror = filter.RequestMirror,
        ExtensionRef = filter.ExtensionRef,
    };

    private static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
