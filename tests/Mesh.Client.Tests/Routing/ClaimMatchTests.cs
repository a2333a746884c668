using System.Text.Json;
using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Routes;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Tests.Routing;

/// <summary>Routes that depend on the token of the request that a call is made for (S87).</summary>
public sealed class ClaimMatchTests
{
    private const string Claims = """{"sub":"alice","groups":["a","admin"],"level":3,"realm":{"roles":["editor"],"name":"main"},"empty":[]}""";

    [Theory]
    [InlineData("sub", "alice", true)]
    [InlineData("sub", "Alice", false)]
    [InlineData("sub", "ali", false)]
    [InlineData("groups", "admin", true)]
    [InlineData("groups", "adm", false)]
    [InlineData("level", "3", false)]
    [InlineData("realm.roles", "editor", true)]
    [InlineData("realm.name", "main", true)]
    [InlineData("realm.none", "main", false)]
    [InlineData("sub.name", "alice", false)]
    [InlineData("empty", "", false)]
    [InlineData("none", "", false)]
    public void S87_Claim_IsComparedAsATextOrAnElement(string path, string value, bool matches)
    {
        Assert.Equal(matches, Matches(Exact(path, value), Claims));
        Assert.Equal(!matches, Matches(Exact(path, value) with { Invert = true }, Claims));
    }

    [Theory]
    [InlineData("sub", true)]
    [InlineData("level", true)]
    [InlineData("none", false)]
    public void S87_Presence_OfAClaim_IsEnough(string path, bool matches) =>
        Assert.Equal(matches, Matches(new ClaimMatch([path], null, Invert: false), Claims));

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData("\"alice\"")]
    public void S87_WithoutAVerifiedToken_NoClaimRouteIsTaken(string? claims)
    {
        Assert.False(Matches(Exact("sub", "alice"), claims));
        Assert.False(Matches(Exact("sub", "alice") with { Invert = true }, claims));
        Assert.False(Matches(new ClaimMatch(["sub"], null, Invert: true), claims));
    }

    [Theory]
    [InlineData("@request.auth.claims.sub")]
    [InlineData("sub")]
    [InlineData("x-mesh-claims")]
    public void S87_HeaderOfThatName_IsNoClaim(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");
        request.Headers.TryAddWithoutValidation(header, "alice");

        Assert.Equal(-1, Table(Exact("sub", "alice")).Find(request, new Random(7)));
    }

    [Theory]
    [InlineData("""{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "sub" } ], "value": { "stringMatch": { "exact": "alice" } } }""")]
    [InlineData("""{ "filter": "istio_authn", "path": [ { "key": "request.auth.claims" }, { "key": "sub" } ], "value": { "listMatch": { "oneOf": { "stringMatch": { "exact": "alice" } } } } }""")]
    [InlineData("""{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "sub" } ], "value": { "orMatch": { "valueMatchers": [ { "stringMatch": { "exact": "alice" } }, { "listMatch": { "oneOf": { "stringMatch": { "exact": "alice" } } } } ] } } }""")]
    public void Decode_IstiodsForms_AreOneCondition(string metadata)
    {
        var match = Decode(metadata, out var errors);

        Assert.Empty(errors);
        var claim = Assert.Single(match!.Claims);
        Assert.Equal(["sub"], claim.Path);
        Assert.Equal((new StringMatch(StringMatchKind.Exact, "alice", IgnoreCase: false), false), (claim.Value, claim.Invert));
    }

    [Theory]
    [InlineData("""{ "filter": "envoy.lb", "path": [ { "key": "payload" }, { "key": "sub" } ], "value": { "presentMatch": true } }""")]
    [InlineData("""{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" } ], "value": { "presentMatch": true } }""")]
    [InlineData("""{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "sub" } ], "value": { "doubleMatch": { "exact": 1 } } }""")]
    [InlineData("""{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "sub" } ] }""")]
    [InlineData("""{ "filter": "envoy.filters.http.jwt_authn", "path": [ { "key": "payload" }, { "key": "sub" } ], "value": { "orMatch": { "valueMatchers": [ { "stringMatch": { "exact": "a" } }, { "stringMatch": { "exact": "b" } } ] } } }""")]
    public void Decode_WhatCannotBeEvaluated_IsRefused(string metadata)
    {
        Decode(metadata, out var errors);

        Assert.StartsWith("dynamic_metadata[0]", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void S87_ClaimAsAHeaderOnTheWire_IsRefused()
    {
        var errors = new DecodeErrors();

        RouteMatchDecoder.Decode(
            JsonParser.Default.Parse<Wire.RouteMatch>("""{ "prefix": "/", "headers": [ { "name": "@request.auth.claims.sub", "stringMatch": { "exact": "alice" } } ] }"""), errors);

        Assert.Equal("headers[0]: '@request.auth.claims.sub' is not the name of a header", Assert.Single(errors.ToImmutable()));
    }

    private static RouteMatch? Decode(string metadata, out System.Collections.Immutable.ImmutableArray<string> reasons)
    {
        var errors = new DecodeErrors();
        var match = RouteMatchDecoder.Decode(JsonParser.Default.Parse<Wire.RouteMatch>($$"""{ "prefix": "/", "dynamicMetadata": [ {{metadata}} ] }"""), errors);
        reasons = errors.ToImmutable();
        return match;
    }

    private static ClaimMatch Exact(string path, string value) =>
        new([.. path.Split('.')], new StringMatch(StringMatchKind.Exact, value, IgnoreCase: false), Invert: false);

    private static bool Matches(ClaimMatch claim, string? claims)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");
        return Table(claim).Find(request, new Random(7), claims is null ? null : JsonElement.Parse(claims)) == 0;
    }

    private static RouteTable Table(ClaimMatch claim) => new(new VirtualHost(
        "reviews",
        ["reviews"],
        [new Route("r", new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false), Claims = [claim] }, new UnsupportedAction("none"))]));
}
