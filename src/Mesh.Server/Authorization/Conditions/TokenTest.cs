using System.Text.Json;
using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>What the verified token of a request says matches.</summary>
/// <remarks>
/// As with peers (S56), a request without a token satisfies no condition on what it says, nor, where it would be allowed by it, the opposite of
/// one. Only whether there is a token at all can be asked for both ways: <c>notRequestPrincipals: ["*"]</c> means requests without one.
/// </remarks>
internal sealed class TokenTest : RequestTest
{
    private readonly MetadataCondition _condition;
    private readonly ValueTest _value;

    public TokenTest(MetadataCondition condition) => (_condition, _value) = (condition, new ValueTest(condition.Value));

    public override Truth Test(ref RequestFacts facts)
    {
        if (facts.Token is null)
        {
            var missing = facts.Refuses || _condition.Value.IsPresence ? Truth.False : Truth.Unknown;
            return _condition.Invert ? Opposite(missing) : missing;
        }

        return Of(Matches(ref facts) != _condition.Invert);
    }

    private bool Matches(ref RequestFacts facts)
    {
        var (token, path) = (facts.Token!, _condition.Path);
        switch (_condition.Filter, path[0])
        {
            case ("istio_authn", "request.auth.principal"):
                return _value.Matches(facts.TokenPrincipal!);
            case ("istio_authn", "request.auth.presenter"):
                return token.Presenter.Length > 0 && _value.Matches(token.Presenter);
            case ("istio_authn", "request.auth.audiences"):
                foreach (var audience in token.Audiences)
                {
                    if (_value.Matches(audience))
                    {
                        return true;
                    }
                }

                return false;
            case ("istio_authn", "request.auth.claims") or ("envoy.filters.http.jwt_authn", "payload"):
                return Claim(token.Claims, path.AsSpan()[1..]) is { } claim && _value.Matches(claim, path[^1]);
            default:
                // Of a filter that is not here.
                return false;
        }
    }

    private static JsonElement? Claim(JsonElement claims, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (claims.ValueKind != JsonValueKind.Object || !claims.TryGetProperty(name, out claims))
            {
                return null;
            }
        }

        return claims;
    }
}
