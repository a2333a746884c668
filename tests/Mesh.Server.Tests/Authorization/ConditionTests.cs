using System.Net;
using System.Text.Json;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>Single conditions, and which way doubt goes.</summary>
public sealed class ConditionTests
{
    private const string Regexish = "spiffe://cluster.local/ns/shop/sa/c.rt";

    [Fact]
    public void S64_SeveralValues_DenyMatchesAnyAndAllowAll()
    {
        var condition = Header("x-role", "admin");

        Assert.True(Denies(condition, ("x-role", new(["user", "admin"]))));
        Assert.False(Allows(condition, ("x-role", new(["user", "admin"]))));
        Assert.True(Allows(condition, ("x-role", new(["admin", "admin"]))));
        Assert.False(Denies(condition, ("x-role", new(["user", "guest"]))));
    }

    [Fact]
    public void S64_SeveralValuesNegated_DenyMatchesAnyAndAllowAll()
    {
        var condition = new Not(Header("x-role", "admin"));

        Assert.False(Allows(condition, ("x-role", new(["user", "admin"]))));
        Assert.True(Denies(condition, ("x-role", new(["user", "admin"]))));
        Assert.True(Allows(condition, ("x-role", new(["user", "guest"]))));
        Assert.False(Denies(condition, ("x-role", "admin")));
    }

    [Theory]
    [InlineData("user,admin")]
    [InlineData("user , admin")]
    [InlineData("admin,user")]
    public void S64_CommaInAValue_DenyLooksInsideAndAllowDoesNot(string value)
    {
        Assert.True(Denies(Header("x-role", "admin"), ("x-role", value)));
        Assert.False(Allows(Header("x-role", "admin"), ("x-role", value)));
    }

    [Theory]
    [InlineData("x-user-role", "x_user_role")]
    [InlineData("x-user-role", "x-user_role")]
    [InlineData("x-user-role", "X_USER-ROLE")]
    [InlineData("x-a-b-c-d-e", "x_a-b_c-d_e")]
    [InlineData("x_role", "x-role")]
    public void S64_UnderscoreTwin_CountsForDenyAlone(string name, string twin)
    {
        Assert.True(Denies(Header(name, "admin"), (twin, "admin")));
        Assert.False(Allows(Header(name, "admin"), (twin, "admin")));
    }

    [Fact]
    public void S64_EmptyValue_IsAValue()
    {
        Assert.True(Allows(Header("x-role", ""), ("x-role", "")));
        Assert.False(Allows(Header("x-role", "")));
        Assert.False(Allows(Header("x-role", "admin"), ("x-role", new(["admin", ""]))));
        Assert.True(Denies(Present("x-role"), ("x-role", "")));
        Assert.False(Denies(Present("x-role")));
    }

    [Fact]
    public void S66_NamesWithMetacharacters_AreComparedAsTheyAre()
    {
        Assert.True(Decide(RbacAction.Allow, Exact(Regexish), Facts(Regexish)));
        Assert.False(Decide(RbacAction.Allow, Exact(Regexish), Facts(Cart)));
        var suffix = new PrincipalCondition(new StringMatch(StringMatchKind.Suffix, "/sa/c.rt", IgnoreCase: false));
        Assert.False(Decide(RbacAction.Allow, suffix, Facts(Cart)));
        Assert.False(Decide(RbacAction.Allow, Exact(Cart.ToUpperInvariant()), Facts(Cart)));
    }

    [Theory]
    [InlineData(0, "10.0.0.1", "192.0.2.9", "192.0.2.9")]
    [InlineData(1, "10.0.0.1", "192.0.2.9", "10.0.0.1")]
    [InlineData(1, "6.6.6.6, 10.0.0.1", "192.0.2.9", "10.0.0.1")]
    [InlineData(2, "6.6.6.6, 10.0.0.1, 10.0.0.2", "192.0.2.9", "10.0.0.1")]
    [InlineData(3, "10.0.0.1", "192.0.2.9", "192.0.2.9")]
    [InlineData(1, "10.0.0.1:5555", "192.0.2.9", "10.0.0.1")]
    [InlineData(1, "[2001:db8::1]:5555", "192.0.2.9", "2001:db8::1")]
    [InlineData(1, "::ffff:10.0.0.1", "192.0.2.9", "10.0.0.1")]
    public void S67_RemoteAddress_IsWhatTheOutermostTrustedProxySaw(int hops, string forwarded, string source, string expected)
    {
        var facts = Facts(headers: ("x-forwarded-for", forwarded)) with { TrustedHops = hops, Source = IPAddress.Parse(source) };
        var range = expected + (expected.Contains(':') ? "/128" : "/32");

        Assert.True(Decide(RbacAction.Allow, Address(AddressRole.Remote, range), facts));
        Assert.False(Decide(RbacAction.Allow, Address(AddressRole.Remote, "6.6.6.6/32"), facts));
        Assert.True(Decide(RbacAction.Allow, Address(AddressRole.Source, source + "/32"), facts));
    }

    [Fact]
    public void S67_RemoteAddressThatIsNone_IsInNoRangeThatAllows()
    {
        var facts = Facts(headers: ("x-forwarded-for", "unknown")) with { TrustedHops = 1, Source = IPAddress.Loopback };

        Assert.False(Decide(RbacAction.Allow, Address(AddressRole.Remote, "0.0.0.0/0"), facts));
        Assert.False(Decide(RbacAction.Allow, new Not(Address(AddressRole.Remote, "6.6.6.6/32")), facts));
        Assert.True(Decide(RbacAction.Deny, Address(AddressRole.Remote, "6.6.6.6/32"), facts));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.0.0/16", true)]
    [InlineData("10.2.2.3", "10.1.0.0/16", false)]
    [InlineData("::ffff:10.1.2.3", "10.1.0.0/16", true)]
    [InlineData("10.1.2.3", "::ffff:10.1.0.0/112", true)]
    [InlineData("10.1.2.3", "0.0.0.0/0", true)]
    [InlineData("10.1.2.3", "::/0", false)]
    [InlineData("2001:db8::7", "2001:db8::/32", true)]
    [InlineData("2001:db9::7", "2001:db8::/32", false)]
    [InlineData("2001:db9::7", "::/0", true)]
    public void Address_InARange_IsFound(string address, string range, bool isIn) =>
        Assert.Equal(isIn, Decide(RbacAction.Allow, Address(AddressRole.Source, range), Facts() with { Source = IPAddress.Parse(address) }));

    [Theory]
    [InlineData("/a/{*}", "/a/b", true)]
    [InlineData("/a/{*}", "/A/B/", true)]
    [InlineData("/a/{*}", "/a/b/c", false)]
    [InlineData("/a/{*}", "/a/", false)]
    [InlineData("/a/{**}", "/a/b/c", true)]
    [InlineData("/a/{**}", "/a", true)]
    [InlineData("/a/{**}", "/ab", false)]
    [InlineData("/{*}/b/{**}", "/x/b/c/d", true)]
    [InlineData("/{*}/b/{**}", "/x/c/b", false)]
    [InlineData("/{**}/foo", "/x/y/foo", true)]
    [InlineData("/{**}/foo", "/x/y/bar", false)]
    [InlineData("/v/{name}/x", "/v/1/x", true)]
    [InlineData("/v/{name=**}", "/v/1/x", true)]
    [InlineData("/v/*.js", "/v/app.js", true)]
    [InlineData("/v/*.js", "/v/app.css", false)]
    [InlineData("/a*b*c", "/axbxbyc", true)]
    [InlineData("/a*b*c", "/abc", false)]
    public void Template_OnAPath_Matches(string template, string path, bool matches) =>
        Assert.Equal(matches, Decide(RbacAction.Allow, Template(template), Facts(path: path)));

    [Fact]
    public void Claims_OfAToken_MatchTextsListsAndNestedOnes()
    {
        var facts = Facts() with { Token = Token("""{"iss":"i","sub":"s","role":"admin","groups":["a","b"],"scope":"read write","vip":true}""") };

        Assert.True(Decide(RbacAction.Allow, Claim("role", "admin"), facts));
        Assert.True(Decide(RbacAction.Allow, Claim("groups", "b"), facts));
        Assert.True(Decide(RbacAction.Allow, Claim("scope", "write"), facts));
        Assert.True(Decide(RbacAction.Allow, Claim("vip", "true"), facts));
        Assert.False(Decide(RbacAction.Allow, Claim("groups", "c"), facts));
        Assert.False(Decide(RbacAction.Allow, Claim("missing", "x"), facts));
    }

    [Fact]
    public void S56_TokenThatIsMissing_SatisfiesNoConditionThatAllows()
    {
        Assert.False(Decide(RbacAction.Allow, Claim("role", "admin"), Facts()));
        Assert.False(Decide(RbacAction.Allow, new Not(Claim("role", "admin")), Facts()));
        Assert.True(Decide(RbacAction.Deny, new Not(Claim("role", "admin")), Facts()));
    }

    [Fact]
    public void RequestPrincipals_NotAny_MeansWithoutToken()
    {
        var withoutToken = new Not(new MetadataCondition(
            "istio_authn",
            ["request.auth.principal"],
            new ValueMatch(ValueMatchKind.Text) { Text = new StringMatch(StringMatchKind.Regex, ".+", IgnoreCase: false) },
            Invert: false));

        Assert.True(Decide(RbacAction.Allow, withoutToken, Facts()));
        Assert.True(Decide(RbacAction.Deny, withoutToken, Facts()));
        Assert.False(Decide(RbacAction.Allow, withoutToken, Facts() with { Token = Token("""{"iss":"i","sub":"s"}""") }));
    }

    [Fact]
    public void Merged_SlashesInTheMesh_CountForAllowToo()
    {
        var facts = Facts(path: "/public//../admin") with { Normalization = new PathNormalization(DotSegments: true, MergesSlashes: true, DecodesSlashes: false) };

        Assert.False(Decide(RbacAction.Allow, Path("/public/", StringMatchKind.Prefix), facts));
        Assert.True(Decide(RbacAction.Allow, Path("/public/", StringMatchKind.Prefix), Facts(path: "/public//x")));
    }

    private static RequestFacts Facts(string? peer = null, string path = "/", params (string Name, StringValues Values)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, values) in headers)
        {
            dictionary[name] = values;
        }

        SpiffeId? id = null;
        Assert.True(peer is null || SpiffeId.TryParse(peer, out id, out _));
        return new RequestFacts("GET", path, dictionary) { Peer = id };
    }

    private static RequestToken Token(string claims) =>
        new() { Issuer = "i", Subject = "s", Claims = JsonDocument.Parse(claims).RootElement };

    private static HeaderCondition Present(string name) => new(new HeaderMatch(name, HeaderMatchKind.Present, Invert: false));

    private static bool Allows(RbacCondition condition, params (string Name, StringValues Values)[] headers) =>
        Decide(RbacAction.Allow, condition, Facts(headers: headers));

    private static bool Denies(RbacCondition condition, params (string Name, StringValues Values)[] headers) =>
        Decide(RbacAction.Deny, condition, Facts(headers: headers));

    /// <summary>Whether a rule of the action matches.</summary>
    private static bool Decide(RbacAction action, RbacCondition condition, RequestFacts facts) =>
        new PolicySet(new RbacRules(action, [Policy("p", condition)]), refuses: action is not RbacAction.Allow).Find(ref facts) is not null;
}
