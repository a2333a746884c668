using Google.Protobuf;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.ControlPlane.Generation.Routes.Matching;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class ClaimMatchTests
{
    [Theory]
    [InlineData("@request.auth.claims.a.b", """{ "exact": "v" }""", false,
        """{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "a" }, { "key": "b" } ], "value": { "orMatch": { "valueMatchers": [ { "stringMatch": { "exact": "v" } }, { "listMatch": { "oneOf": { "stringMatch": { "exact": "v" } } } } ] } } }""")]
    [InlineData("@Request.Auth.Claims[a.b][c]", "{}", true,
        """{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "a.b" }, { "key": "c" } ], "value": { "presentMatch": true }, "invert": true }""")]
    [InlineData("@request.auth.claims[a]", """{ "prefix": "p" }""", false,
        """{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "a" } ], "value": { "orMatch": { "valueMatchers": [ { "stringMatch": { "prefix": "p" } }, { "listMatch": { "oneOf": { "stringMatch": { "prefix": "p" } } } } ] } } }""")]
    public void Translate_OfAClaim_IsAConditionOnTheToken(string name, string value, bool invert, string expected) =>
        Assert.Equal(
            JsonParser.Default.Parse<MetadataMatcher>(expected),
            ClaimMatchTranslator.Translate(name, JsonParser.Default.Parse<StringMatch>(value), invert));

    [Theory]
    [InlineData("end-user")]
    [InlineData("request.auth.claims.a")]
    [InlineData(":path")]
    public void S87_OtherNames_StayHeaders(string name) =>
        Assert.Null(ClaimMatchTranslator.Translate(name, new StringMatch { Exact = "v" }, invert: false));

    /// <summary>Routes behind a catch-all are dropped: one that asks for a claim takes only some requests.</summary>
    [Fact]
    public void S87_ClaimAlone_IsNoCatchAll()
    {
        var match = new RouteMatch { Prefix = "/" };
        Assert.True(RouteMatchTranslator.IsCatchAll(match));

        match.DynamicMetadata.Add(ClaimMatchTranslator.Translate("@request.auth.claims.a", new StringMatch(), invert: false));

        Assert.False(RouteMatchTranslator.IsCatchAll(match));
    }
}
