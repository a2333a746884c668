using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using RuleCase = Mesh.Protocol.Envoy.Filters.Http.JwtAuthn.RequirementRule.RequirementTypeOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Jwt;

/// <summary>Decodes Envoy's <c>jwt_authn</c> filter; what it asks of tokens and cannot be checked is an error, as leaving it out would let tokens pass.</summary>
internal static class JwtPolicyDecoder
{
    public const string FilterType = "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication";

    public static JwtPolicy Decode(JwtAuthentication message, DecodeErrors errors)
    {
        // A map has no order of its own; the names make the outcome of every process the same.
        var providers = message.Providers
            .OrderBy(provider => provider.Key, StringComparer.Ordinal)
            .ToDictionary(
                provider => provider.Key,
                provider => JwtProviderDecoder.Decode(provider.Key, provider.Value, errors.In($"providers[{provider.Key}]")),
                StringComparer.Ordinal);
        var requirements = new JwtRequirementDecoder(providers);
        var named = message.RequirementMap.ToDictionary(
            entry => entry.Key,
            entry => requirements.Decode(entry.Value, errors.In($"requirement_map[{entry.Key}]")),
            StringComparer.Ordinal);
        var rules = message.Rules.Select((rule, index) => Rule(rule, requirements, named, errors.In("rules", index))).OfType<JwtRule>();
        return new JwtPolicy
        {
            Providers = [.. providers.Values],
            Rules = [.. rules],
            BypassesPreflights = message.BypassCorsPreflight,
            HidesReasons = message.StripFailureResponse,
        };
    }

    private static JwtRule? Rule(
        RequirementRule rule, JwtRequirementDecoder requirements, Dictionary<string, Model.JwtRequirement?> named, DecodeErrors errors)
    {
        if (rule.Match is null)
        {
            errors.Add("expected match, got none");
            return null;
        }

        if (RouteMatchDecoder.Decode(rule.Match, errors.In("match")) is not { } match)
        {
            return null;
        }

        switch (rule.RequirementTypeCase)
        {
            case RuleCase.Requires:
                return new JwtRule(match, requirements.Decode(rule.Requires, errors.In("requires")));
            case RuleCase.RequirementName when named.TryGetValue(rule.RequirementName, out var requirement):
                return new JwtRule(match, requirement);
            case RuleCase.RequirementName:
                errors.Add($"requirement_name: '{rule.RequirementName}' is not in requirement_map");
                return null;
            default:
                return new JwtRule(match, Requirement: null);
        }
    }
}
