using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Security;

/// <summary>One accepted kind of token: its issuer, its keys, where it is found and what is made of it.</summary>
internal static class JwtRuleRules
{
    private const int LongestUri = 2_048;
    private const int MostSpaceDelimitedClaims = 64;

    public static void Check(FieldScope scope, JWTRule rule)
    {
        scope.Field("issuer").Require(rule.Issuer.Length > 0 || rule.JwksUri.Length > 0, "issuer or jwksUri is required");
        NotEmpty(scope, "audiences", rule.Audiences);
        Keys(scope, rule);
        scope.Each("fromHeaders", rule.FromHeaders, static (item, header) => item.Field("name").Require(header.Name.Length > 0, "the name of the header is required"));
        NotEmpty(scope, "fromParams", rule.FromParams);
        NotEmpty(scope, "fromCookies", rule.FromCookies);
        scope.Each("outputClaimToHeaders", rule.OutputClaimToHeaders, Output);
        ValueRules.Duration(scope.Field("timeout"), rule.Timeout);
        NotEmpty(scope, "spaceDelimitedClaims", rule.SpaceDelimitedClaims);
        scope.Field("spaceDelimitedClaims").Require(
            rule.SpaceDelimitedClaims.Count <= MostSpaceDelimitedClaims, $"at most {MostSpaceDelimitedClaims} claims, found {rule.SpaceDelimitedClaims.Count}");
    }

    private static void Keys(FieldScope scope, JWTRule rule)
    {
        scope.Field("jwks").Require(rule.Jwks.Length == 0 || rule.JwksUri.Length == 0, "only one of jwks and jwksUri can be set");
        if (rule.JwksUri.Length > 0)
        {
            var field = scope.Field("jwksUri");
            field.Require(rule.JwksUri.Length <= LongestUri, $"at most {LongestUri} characters, found {rule.JwksUri.Length}");
            field.Require(
                Uri.TryCreate(rule.JwksUri, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0,
                "expected a URL with scheme http or https, such as https://example.com/.well-known/jwks.json");
        }

        if (rule.Jwks.Length > 0)
        {
            JwksRules.Check(scope.Field("jwks"), rule.Jwks);
        }
    }

    private static void Output(FieldScope scope, ClaimToHeader output)
    {
        scope.Field("claim").Require(output.Claim.Length > 0, "the name of the claim is required");
        scope.Field("header").Require(
            HeaderRules.IsStrictName(output.Header),
            $"expected the name of a header of letters, digits, - and _, found \"{output.Header}\"");
    }

    private static void NotEmpty(FieldScope scope, string field, IReadOnlyList<string> values) =>
        scope.Each(field, values, static (item, value) => item.Require(value.Length > 0, "must not be empty"));
}
