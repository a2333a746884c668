using System.Collections.Immutable;
using System.Globalization;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Converts the rules of HTTPRoutes and GRPCRoutes, each match on its own, so that matches of all rules can be put in order.</summary>
internal static class HttpRules
{
    public static ConvertedRules Convert(ApiObject<HTTPRouteSpec> route, BackendResolver backends, RouteScope scope) =>
        Convert(route.Resource, backends, scope, [.. route.Spec.Rules.Select(rule => (rule, Matches(rule.Matches.Select(MatchTranslator.Translate))))]);

    public static ConvertedRules Convert(ApiObject<GRPCRouteSpec> route, BackendResolver backends, RouteScope scope) =>
        Convert(route.Resource, backends, scope, [.. route.Spec.Rules.Select(rule => (GrpcRules.ToHttp(rule), Matches(rule.Matches.Select(MatchTranslator.Translate))))]);

    private static HTTPMatchRequest?[] Matches(IEnumerable<HTTPMatchRequest> matches) => [.. matches.Cast<HTTPMatchRequest?>().DefaultIfEmpty(null)];

    private static ConvertedRules Convert(Resource route, BackendResolver backends, RouteScope scope, (HTTPRouteRule Rule, HTTPMatchRequest?[] Matches)[] rules)
    {
        var translator = new RuleTranslator(backends, route, scope);
        var converted = ImmutableArray.CreateBuilder<ConvertedRule>();
        ConversionProblem? unsupported = null;
        var hopeless = 0;
        for (var index = 0; index < rules.Length; index++)
        {
            var (rule, matches) = rules[index];
            var field = string.Create(CultureInfo.InvariantCulture, $"rules[{index}]");
            var name = string.Create(CultureInfo.InvariantCulture, $"{route.Id.Namespace}.{route.Id.Name}.{index}");
            foreach (var (number, match) in matches.Index())
            {
                var place = match is null ? field : string.Create(CultureInfo.InvariantCulture, $"{field}.matches[{number}]");
                converted.Add(new ConvertedRule(translator.Translate(rule, match, name), route, new RulePlace(route.Id, place) { Session = SessionTerms.Of(rule.SessionPersistence, name, match) }));
            }

            unsupported = ConversionProblem.Join(unsupported, translator.Unsupported);
            hopeless += translator.Unsupported is null ? 0 : 1;
        }

        return new ConvertedRules(converted.ToImmutable(), translator.BadReference, unsupported, hopeless > 0 && hopeless == rules.Length);
    }
}
