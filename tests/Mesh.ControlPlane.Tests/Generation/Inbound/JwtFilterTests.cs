using Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using static Mesh.ControlPlane.Tests.Generation.Inbound.GuardedWorkload;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

public sealed class JwtFilterTests
{
    private const string Name = "envoy.filters.http.jwt_authn";
    private const string Keys = """{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}""";

    [Fact]
    public void Generate_EveryField_IsInTheProvider()
    {
        var provider = Jwt(Request($$"""
            jwtRules:
            - issuer: i
              audiences: [a, b]
              jwks: '{{Keys}}'
              fromHeaders: [{name: x-token, prefix: 'Token '}]
              fromParams: [token]
              fromCookies: [session]
              forwardOriginalToken: true
              outputPayloadToHeader: x-payload
              outputClaimToHeaders: [{claim: a.b, header: x-claim}]
              spaceDelimitedClaims: [roles, scope]
            """)).Providers["origins-0"];

        Assert.Equal("i", provider.Issuer);
        Assert.Equal(["a", "b"], provider.Audiences);
        Assert.Equal(Keys, provider.LocalJwks.InlineString);
        Assert.Equal(("x-token", "Token "), (provider.FromHeaders[0].Name, provider.FromHeaders[0].ValuePrefix));
        Assert.Equal(["token", "session"], [provider.FromParams[0], provider.FromCookies[0]]);
        Assert.True(provider.Forward);
        Assert.Equal("x-payload", provider.ForwardPayloadHeader);
        Assert.Equal(("a.b", "x-claim"), (provider.ClaimToHeaders[0].ClaimName, provider.ClaimToHeaders[0].HeaderName));
        Assert.Equal(["permission", "roles", "scope"], provider.NormalizePayloadInMetadata.SpaceDelimitedClaims);
        Assert.Equal("payload", provider.PayloadInMetadata);
    }

    [Fact]
    public void Generate_OneRule_IsValidOrMissing()
    {
        var jwt = Jwt(Request("jwtRules: [{issuer: i, jwks: '{\"keys\":[]}'}]"));
        var rule = Assert.Single(jwt.Rules);

        Assert.True(jwt.BypassCorsPreflight);
        Assert.Equal("/", rule.Match.Prefix);
        Assert.Equal("origins-0", rule.Requires.RequiresAny.Requirements[0].ProviderName);
        Assert.Equal(JwtRequirement.RequiresTypeOneofCase.AllowMissing, rule.Requires.RequiresAny.Requirements[1].RequiresTypeCase);
    }

    [Fact]
    public void Generate_SeveralPolicies_AreOneFilterSortedByIssuer()
    {
        var jwt = Jwt(
            Request("jwtRules: [{issuer: b, jwks: '{\"keys\":[]}'}]", "x"),
            Request("selector: {matchLabels: {app: reviews}}\njwtRules: [{issuer: a, jwks: '{\"keys\":[]}'}]", "w"),
            Request("selector: {matchLabels: {app: other}}\njwtRules: [{issuer: c, jwks: '{\"keys\":[]}'}]", "z"));
        var any = Assert.Single(jwt.Rules).Requires.RequiresAny.Requirements;

        Assert.Equal(["a", "b"], [jwt.Providers["origins-0"].Issuer, jwt.Providers["origins-1"].Issuer]);
        Assert.Equal(["origins-0", "origins-1"], any.Take(2).Select(requirement => requirement.ProviderName));
        Assert.Equal(["origins-0", "origins-1"], any[2].RequiresAll.Requirements.Select(requirement => requirement.RequiresAny.Requirements[0].ProviderName));
    }

    [Theory]
    [InlineData("jwksUri: 'https://issuer.example.com/keys'")]
    [InlineData("audiences: [a]")]
    public void S82_KeysThatCannotBeHad_AreNoKeysAtAll(string rule) =>
        Assert.Equal("""{"keys":[]}""", Jwt(Request($"jwtRules: [{{issuer: i, {rule}}}]")).Providers["origins-0"].LocalJwks.InlineString);

    [Fact]
    public void Generate_SingleKey_IsASetOfOne() => Assert.Equal(
        """{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}""",
        Jwt(Request("""jwtRules: [{issuer: i, jwks: '{"kty":"RSA","n":"AQAB","e":"AQAB"}'}]""")).Providers["origins-0"].LocalJwks.InlineString);

    [Fact]
    public void Generate_ForGrpc_IsLeftOut() =>
        Assert.DoesNotContain(Name, new GuardedWorkload(Request("jwtRules: [{issuer: i, jwks: '{\"keys\":[]}'}]")) { Client = GrpcReviews }.FilterNames);

    [Fact]
    public void Generate_PolicyWithoutRules_HasNoFilter() => Assert.DoesNotContain(Name, new GuardedWorkload(Request("{}")).FilterNames);

    private static JwtAuthentication Jwt(params string[] yaml) => new GuardedWorkload(yaml).Filter<JwtAuthentication>(Name)!;

    private static string Request(string spec, string name = "a") => Policy("RequestAuthentication", spec, name);
}
