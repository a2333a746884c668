using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of HTTPRoute.</summary>
internal sealed class HttpRouteValidator() : SpecValidator<HTTPRouteSpec>(GatewayApiKinds.HttpRoute)
{
    private const int LongestHeader = 4096;
    private const int LongestParameter = 1024;

    protected override void Validate(FieldScope scope, HTTPRouteSpec spec, Resource resource)
    {
        ReferenceRules.Parents(scope, spec.ParentRefs);
        RouteRules.Hosts(scope, spec.Hostnames);
        RouteRules.DefaultGateways(scope, spec.UseDefaultGateways);
        RouteRules.Names(scope, [.. spec.Rules.Select(rule => rule.Name)]);
        RouteRules.Matches(scope, [.. spec.Rules.Select(rule => rule.Matches.Count)]);
        scope.Each("rules", spec.Rules, Rule);
    }

    private static void Rule(FieldScope scope, HTTPRouteRule rule)
    {
        scope.Each("matches", rule.Matches, Match);
        FilterRules.Check(scope, rule.Filters, FilterRules.OfHttp);
        ValueRules.Count(scope.Field("backendRefs"), rule.BackendRefs.Count, 0, RouteRules.MostBackends);
        scope.Each("backendRefs", rule.BackendRefs, static (item, backend) =>
        {
            ReferenceRules.Backend(item, backend.Group, backend.Kind, backend.Name, backend.HasNamespace ? backend.Namespace : null, backend.HasPort ? backend.Port : null);
            ReferenceRules.Weight(item, backend.Weight);
            FilterRules.Check(item, backend.Filters, FilterRules.OfHttp);
        });
        scope.Require(
            rule.BackendRefs.Count == 0 || !rule.Filters.Any(filter => filter.RequestRedirect is not null),
            "RequestRedirect filter must not be used together with backendRefs");
        scope.Require(
            (rule.Matches.Count == 1 && rule.Matches[0].Path?.Type == "PathPrefix")
            || !rule.Filters.Concat(rule.BackendRefs.SelectMany(backend => backend.Filters)).Any(PathRules.ReplacesPrefix),
            "when a filter has path.replacePrefixMatch, exactly one PathPrefix match must be specified");
        Timeouts(scope.Field("timeouts"), rule.Timeouts);
        Retry(scope.Field("retry"), rule.Retry);
        RouteRules.Session(scope.Field("sessionPersistence"), rule.SessionPersistence);
    }

    private static void Match(FieldScope scope, HTTPRouteMatch match)
    {
        PathRules.Match(scope.Field("path"), match.Path);
        RouteRules.Conditions(scope, "headers", [.. match.Headers.Select(header => (header.Type, header.Name, header.Value))], LongestHeader);
        RouteRules.Conditions(scope, "queryParams", [.. match.QueryParams.Select(parameter => (parameter.Type, parameter.Name, parameter.Value))], LongestParameter);
        if (match.HasMethod)
        {
            ValueRules.OneOf(scope.Field("method"), match.Method, "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
        }
    }

    private static void Timeouts(FieldScope scope, HTTPRouteTimeouts? timeouts)
    {
        if (timeouts is null)
        {
            return;
        }

        DurationRules.Check(scope.Field("request"), timeouts.Request);
        DurationRules.Check(scope.Field("backendRequest"), timeouts.BackendRequest);
        var whole = DurationRules.Parse(timeouts.Request);
        scope.Field("backendRequest").Require(
            whole is null || whole == TimeSpan.Zero || DurationRules.Parse(timeouts.BackendRequest) is not { } one || one <= whole,
            "backendRequest timeout cannot be longer than request timeout");
    }

    private static void Retry(FieldScope scope, HTTPRouteRetry? retry)
    {
        if (retry is null)
        {
            return;
        }

        DurationRules.Check(scope.Field("backoff"), retry.Backoff);
        ValueRules.NotNegative(scope.Field("attempts"), retry.Attempts);
        scope.Each("codes", retry.Codes, static (item, code) => item.Require(code is >= 400 and <= 599, $"must be between 400 and 599, found {code}"));
    }
}
