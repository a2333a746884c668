using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Security;
using Mesh.ControlPlane.Keys;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Route;
using JwtHeader = Mesh.Protocol.Envoy.Filters.Http.JwtAuthn.JwtHeader;

namespace Mesh.ControlPlane.Generation.Inbound.Authentication;

/// <summary>Makes the filter that verifies tokens, in istiod's shape: a request without a token passes, a bad token does not; the keys are always inline.</summary>
internal static class JwtFilter
{
    private const string Name = "envoy.filters.http.jwt_authn";
    private const string Payload = "payload";

    /// <summary>Lists separated by blanks in every token (RFC 8693 4.2; Istio).</summary>
    private static readonly string[] SpaceDelimited = ["permission", "scope"];

    /// <summary>None, or one for all policies together; gRPC's own servers have no such filter, and a port without HTTP has no tokens.</summary>
    public static IEnumerable<HttpFilter> Of(InboundTarget target)
    {
        if (target.Context.IsProxylessGrpc || target.IsTcp)
        {
            return [];
        }

        // As istiod, so that the same policies make the same filter in whatever order they were written.
        var rules = PolicySelector.RequestAuthentications(target).SelectMany(policy => policy.Spec.JwtRules).OrderBy(rule => rule.Issuer, StringComparer.Ordinal).ToArray();
        return rules.Length == 0 ? [] : [new HttpFilter { Name = Name, TypedConfig = Any.Pack(Authentication(rules, target.Context.State.Keys)) }];
    }

    private static JwtAuthentication Authentication(JWTRule[] rules, KeySnapshot keys)
    {
        var authentication = new JwtAuthentication { BypassCorsPreflight = true };
        var any = new JwtRequirementOrList();
        var all = new JwtRequirementAndList();
        for (var number = 0; number < rules.Length; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"origins-{number}");
            authentication.Providers.Add(name, Provider(rules[number], keys));
            any.Requirements.Add(new JwtRequirement { ProviderName = name });
            all.Requirements.Add(OrMissing(name));
        }

        // Several: one of them is enough where they share a place; otherwise each is missing or valid.
        any.Requirements.Add(new JwtRequirement { RequiresAll = all });
        authentication.Rules.Add(new RequirementRule
        {
            Match = new RouteMatch { Prefix = "/" },
            Requires = rules.Length == 1 ? all.Requirements[0] : new JwtRequirement { RequiresAny = any },
        });
        return authentication;
    }

    private static JwtRequirement OrMissing(string provider) => new()
    {
        RequiresAny = new JwtRequirementOrList { Requirements = { new JwtRequirement { ProviderName = provider }, new JwtRequirement { AllowMissing = new Empty() } } },
    };

    private static JwtProvider Provider(JWTRule rule, KeySnapshot keys) => new()
    {
        Issuer = rule.Issuer,
        Audiences = { rule.Audiences },
        Forward = rule.ForwardOriginalToken,
        ForwardPayloadHeader = rule.OutputPayloadToHeader,
        PayloadInMetadata = Payload,
        NormalizePayloadInMetadata = new JwtProvider.Types.NormalizePayload
        {
            SpaceDelimitedClaims = { rule.SpaceDelimitedClaims.Concat(SpaceDelimited).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal) },
        },
        FromHeaders = { rule.FromHeaders.Select(header => new JwtHeader { Name = header.Name, ValuePrefix = header.Prefix }) },
        FromParams = { rule.FromParams },
        FromCookies = { rule.FromCookies },
        ClaimToHeaders = { rule.OutputClaimToHeaders.Select(output => new JwtClaimToHeader { HeaderName = output.Header, ClaimName = output.Claim }) },

        // istiod gives a key of its own where there is none to be had; an empty set refuses every token and cannot leak (CVE-2026-31837).
        LocalJwks = new DataSource { InlineString = rule.Jwks.Length > 0 ? InlineKeys.Of(rule.Jwks) : keys.Of(KeyLocation.Of(rule)) ?? InlineKeys.None },
    };
}
