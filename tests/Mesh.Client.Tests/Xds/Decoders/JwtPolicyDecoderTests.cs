using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Inbound.Jwt;
using Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using Mesh.Testing.Jwt;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class JwtPolicyDecoderTests
{
    [Fact]
    public void Decode_WhatIstiodSendsForOneRule_IsOneOrNone()
    {
        using var issuer = new TokenIssuer();
        var policy = Decode($$"""
            { "providers": { "origins-0": { "issuer": "https://a", "audiences": ["x"], "forward": true, "forwardPayloadHeader": "x-payload", "payloadInMetadata": "payload",
                "normalizePayloadInMetadata": { "spaceDelimitedClaims": ["scope", "permission"] },
                "fromHeaders": [ { "name": "x-token", "valuePrefix": "T " } ], "fromParams": ["p"], "fromCookies": ["c"],
                "claimToHeaders": [ { "headerName": "x-sub", "claimName": "sub" } ],
                "localJwks": { "inlineString": {{JsonFormatter.Default.Format(new Google.Protobuf.WellKnownTypes.StringValue { Value = issuer.KeySet })}} } } },
              "rules": [ { "match": { "prefix": "/" }, "requires": { "requiresAny": { "requirements": [ { "providerName": "origins-0" }, { "allowMissing": {} } ] } } } ],
              "bypassCorsPreflight": true }
            """, out var errors);

        Assert.Empty(errors);
        Assert.True(policy.BypassesPreflights);
        var provider = Assert.Single(policy.Providers);
        Assert.Equal(("origins-0", "https://a", "x-payload", true), (provider.Name, provider.Issuer, provider.PayloadHeader, provider.ForwardsToken));
        Assert.Equal(TimeSpan.FromSeconds(60), provider.ClockSkew);
        Assert.Single(provider.Keys.Keys);
        Assert.Equal([new JwtHeaderPlace("x-token", "T ")], provider.Headers);
        Assert.Equal(("x", "p", "c"), (provider.Audiences.Single(), provider.Parameters.Single(), provider.Cookies.Single()));
        Assert.Equal([new JwtClaimHeader("x-sub", "sub")], provider.ClaimHeaders);
        Assert.Equal(["scope", "permission"], provider.SpaceDelimitedClaims);
        var requirement = Assert.Single(policy.Rules).Requirement!;
        Assert.Equal([JwtRequirementKind.Provider, JwtRequirementKind.AllowMissing], requirement.Parts.Select(part => part.Kind));
        Assert.Same(provider, requirement.Parts[0].Provider);
        Assert.Same(provider, Assert.Single(requirement.Parts[1].Providers));
    }

    [Fact]
    public void Decode_WithoutPlaces_LooksWhereEverybodyLooks()
    {
        var provider = Decode("""{ "providers": { "a": { "issuer": "i", "clockSkewSeconds": 5, "requireExpiration": true, "maxLifetime": "60s", "subjects": { "prefix": "s" } } } }""", out var errors).Providers[0];

        Assert.Empty(errors);
        Assert.Equal([new JwtHeaderPlace("authorization", "Bearer ")], provider.Headers);
        Assert.Equal(["access_token"], provider.Parameters);
        Assert.Empty(provider.Keys.Keys);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), true), (provider.ClockSkew, provider.MaxLifetime, provider.RequiresExpiration));
        Assert.Equal("s", provider.Subjects!.Value);
    }

    [Fact]
    public void Decode_NamedRequirements_AreFound()
    {
        var policy = Decode("""
            { "providers": { "b": { "issuer": "b" }, "a": { "issuer": "a" } },
              "requirementMap": { "both": { "requiresAll": { "requirements": [ { "providerName": "a" }, { "providerAndAudiences": { "providerName": "b", "audiences": ["x"] } } ] } } },
              "rules": [ { "match": { "path": "/none" } }, { "match": { "prefix": "/" }, "requirementName": "both" }, { "match": { "prefix": "/f" }, "requires": { "allowMissingOrFailed": {} } } ] }
            """, out var errors);

        Assert.Empty(errors);
        Assert.Null(policy.Rules[0].Requirement);
        Assert.Equal(JwtRequirementKind.All, policy.Rules[1].Requirement!.Kind);
        Assert.Equal("b", policy.Rules[1].Requirement!.Parts[1].Provider!.Name);
        Assert.Equal(["x"], policy.Rules[1].Requirement!.Parts[1].Audiences);
        Assert.Equal(["a", "b"], policy.Rules[2].Requirement!.Providers.Select(provider => provider.Name));
    }

    [Theory]
    [InlineData("""{ "providers": { "a": { "remoteJwks": { "cacheDuration": "5s" } } } }""", "providers[a].remote_jwks: a workload fetches no keys")]
    [InlineData("""{ "providers": { "a": { "localJwks": { "filename": "/keys" } } } }""", "providers[a].local_jwks: expected inline_string")]
    [InlineData("""{ "providers": { "a": { "localJwks": { "inlineString": "no keys" } } } }""", "providers[a].local_jwks: the key set is not valid JSON")]
    [InlineData("""{ "providers": { "a": { "fromHeaders": [ { "name": "x y" } ] } } }""", "providers[a].from_headers[0].name: expected the name of a header")]
    [InlineData("""{ "providers": { "a": { "claimToHeaders": [ { "headerName": "x" } ] } } }""", "providers[a].claim_to_headers[0].claim_name: expected")]
    [InlineData("""{ "providers": { "a": { "forwardPayloadHeader": "a:b" } } }""", "providers[a].forward_payload_header: expected")]
    [InlineData("""{ "providers": { "a": { "maxLifetime": "-1s" } } }""", "providers[a].max_lifetime: expected")]
    [InlineData("""{ "rules": [ { "match": { "prefix": "/" }, "requires": { "providerName": "x" } } ] }""", "rules[0].requires.provider_name: 'x' is not one")]
    [InlineData("""{ "rules": [ { "match": { "prefix": "/" }, "requirementName": "x" } ] }""", "rules[0]: requirement_name: 'x' is not in requirement_map")]
    [InlineData("""{ "rules": [ { "match": { "prefix": "/" }, "requires": {} } ] }""", "rules[0].requires: expected a requirement of a known kind")]
    [InlineData("""{ "rules": [ { "match": { "prefix": "/" }, "requires": { "requiresAny": {} } } ] }""", "rules[0].requires.requires_any: expected requirements")]
    [InlineData("""{ "rules": [ { "requires": { "allowMissing": {} } } ] }""", "rules[0]: expected match")]
    public void Decode_WhatCannotBeDone_IsRefused(string policy, string reason)
    {
        Decode(policy, out var errors);

        Assert.StartsWith(reason, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static JwtPolicy Decode(string json, out ImmutableArray<string> reasons)
    {
        var errors = new DecodeErrors();
        var policy = JwtPolicyDecoder.Decode(JsonParser.Default.Parse<JwtAuthentication>(json), errors);
        reasons = errors.ToImmutable();
        return policy;
    }
}
