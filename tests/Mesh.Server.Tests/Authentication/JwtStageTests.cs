using Mesh.Client.Model;
using Mesh.Testing.Jwt;

namespace Mesh.Server.Tests.Authentication;

public sealed class JwtStageTests : IDisposable
{
    private readonly JwtRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Request_WithAGoodToken_IsItsSubjects()
    {
        var answer = await _rig.BearerAsync(_rig.Token(",\"aud\":\"a\",\"azp\":\"web\",\"scope\":\"read write\",\"groups\":[\"g\"]"));

        Assert.Equal(200, answer.Status);
        var token = answer.Token!;
        Assert.Equal((JwtRig.Issuer, "alice", "web", JwtRig.Issuer + "/alice"), (token.Issuer, token.Subject, token.Presenter, token.Principal));
        Assert.Equal(["a"], token.Audiences);
        Assert.Equal("""["read","write"]""", token.Claims.GetProperty("scope").GetRawText());
        Assert.Equal("""["g"]""", token.Claims.GetProperty("groups").GetRawText());
    }

    [Fact]
    public async Task Request_WithoutAToken_PassesAsNobody()
    {
        var answer = await _rig.SendAsync(_ => { });

        Assert.Equal(200, answer.Status);
        Assert.NotNull(_rig.Seen);
        Assert.Null(answer.Token);
    }

    [Fact]
    public async Task Request_WithoutATokenThatIsRequired_IsRefusedWithoutAnError()
    {
        _rig.Publish(JwtRig.Required(_rig.Provider()), _rig.Provider());

        var answer = await _rig.SendAsync(_ => { });

        Assert.Equal((401, "Jwt is missing"), (answer.Status, answer.Body));
        Assert.Equal("Bearer realm=\"http://reviews:9080/reviews\"", answer.Challenge);
    }

    [Fact]
    public async Task Request_AtAPortWithoutPolicy_IsLeftAlone()
    {
        var answer = await _rig.SendAsync(request =>
        {
            request.HttpContext.Connection.LocalPort = 1;
            request.Headers.Authorization = "Bearer nonsense";
        });

        Assert.Equal(200, answer.Status);
        Assert.Equal("Bearer nonsense", _rig.Seen!.Request.Headers.Authorization);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_OfAHeader_GoesOnOnlyIfForwarded(bool forward)
    {
        _rig.Publish(_rig.Provider() with { ForwardsToken = forward });

        await _rig.BearerAsync(_rig.Token());

        Assert.Equal(forward, _rig.Seen!.Request.Headers.ContainsKey("authorization"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_OfAParameter_GoesOnOnlyIfForwarded(bool forward)
    {
        _rig.Publish(_rig.Provider() with { ForwardsToken = forward });
        var token = _rig.Token();

        var answer = await _rig.SendAsync(request => request.QueryString = new($"?a=1%202&access_token={token}&b=&a=2"));

        Assert.Equal("alice", answer.Token?.Subject);
        Assert.Equal(forward ? $"?a=1%202&access_token={token}&b=&a=2" : "?a=1%202&b=&a=2", _rig.Seen!.Request.QueryString.Value);
        Assert.Equal(forward ? token : "", _rig.Seen.Request.Query["access_token"].ToString());
    }

    [Fact]
    public async Task Token_OfACookie_Stays()
    {
        _rig.Publish(_rig.Provider() with { Headers = [], Parameters = [], Cookies = ["session"] });
        var cookie = $"a=b; session=\"{_rig.Token()}\"; c=d";

        var answer = await _rig.SendAsync(request => request.Headers.Cookie = cookie);

        Assert.Equal("alice", answer.Token?.Subject);
        Assert.Equal(cookie, _rig.Seen!.Request.Headers.Cookie);
    }

    [Theory]
    [InlineData("x-token", "", "{0}", true)]
    [InlineData("x-token", "Token=", "Token={0}", true)]
    [InlineData("x-token", "Token=", "{0}", false)]
    [InlineData("X-TOKEN", "", "{0}", true)]
    public async Task Token_OfAHeaderOfItsOwn_IsFound(string header, string prefix, string form, bool isFound)
    {
        _rig.Publish(_rig.Provider() with { Headers = [new JwtHeaderPlace("x-token", prefix)], Parameters = [] });

        var answer = await _rig.SendAsync(request =>
        {
            request.Headers[header] = form.Replace("{0}", _rig.Token(), StringComparison.Ordinal);
            request.Headers.Authorization = "Bearer of.no.concern";
        });

        Assert.Equal((200, isFound ? "alice" : null), (answer.Status, answer.Token?.Subject));
        Assert.Equal("Bearer of.no.concern", _rig.Seen!.Request.Headers.Authorization);
    }

    [Fact]
    public async Task OutputHeaders_OfAGoodToken_TellItsClaims()
    {
        _rig.Publish(_rig.Provider() with
        {
            PayloadHeader = "x-payload",
            ClaimHeaders =
            [
                new("x-text", "text"), new("x-number", "number"), new("x-part", "part"), new("x-flag", "flag"), new("x-nested", "a.b"), new("x-dotted", "https://x.example/role"),
                new("x-list", "list"), new("x-none", "none"), new("x-evil", "evil"), new("x-scope", "scope"),
            ],
        });
        var payload = _rig.Payload(""","text":"t","number":42,"part":1.5,"flag":true,"a":{"b":"n"},"https://x.example/role":"r","list":["l"],"evil":"a\r\nx-user: b","scope":"read write" """);

        await _rig.BearerAsync(_rig.Keys.Token(payload));

        var headers = _rig.Seen!.Request.Headers;
        Assert.Equal(TokenIssuer.Encode(payload), headers["x-payload"]);
        Assert.Equal(["t", "42", "1.5", "true", "n", "r"], new[] { "x-text", "x-number", "x-part", "x-flag", "x-nested", "x-dotted" }.Select(name => headers[name].ToString()));
        Assert.Equal("read write", headers["x-scope"]);
        Assert.DoesNotContain(headers, header => header.Key is "x-list" or "x-none" or "x-evil");
    }

    [Fact]
    public async Task PayloadHeader_WithPadding_IsAMultipleOfFour()
    {
        _rig.Publish(_rig.Provider() with { PayloadHeader = "x-payload", PadsPayload = true });

        await _rig.BearerAsync(_rig.Token(",\"p\":\"1\""));
        var padded = _rig.Seen!.Request.Headers["x-payload"].ToString();

        Assert.Equal(0, padded.Length % 4);
        Assert.StartsWith(TokenIssuer.Encode(_rig.Payload(",\"p\":\"1\"")), padded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_OfABrowser_NeedsNoToken()
    {
        _rig.Publish(new JwtPolicy
        {
            Providers = [_rig.Provider()],
            Rules = [new JwtRule(new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) }, JwtRig.Required(_rig.Provider()))],
            BypassesPreflights = true,
        });

        var preflight = await _rig.SendAsync(request => (request.Method, request.Headers.Origin, request.Headers.AccessControlRequestMethod) = ("OPTIONS", "https://a", "GET"));
        var options = await _rig.SendAsync(request => request.Method = "OPTIONS");

        Assert.Equal((200, 401), (preflight.Status, options.Status));
    }

    [Fact]
    public async Task Rules_OfPaths_TheFirstThatMatchesDecides()
    {
        static RouteMatch Prefix(string path) => new() { Path = new PathMatch(PathMatchKind.Prefix, path, IgnoreCase: false) };
        _rig.Publish(new JwtPolicy
        {
            Providers = [_rig.Provider()],
            Rules = [new JwtRule(Prefix("/health"), null), new JwtRule(Prefix("/rev"), JwtRig.Required(_rig.Provider()))],
        });

        Assert.Equal(401, (await _rig.SendAsync(_ => { })).Status);
        Assert.Equal(200, (await _rig.SendAsync(request => request.Path = "/health")).Status);
        Assert.Equal(200, (await _rig.SendAsync(request => request.Path = "/other")).Status);
    }

    [Theory]
    [InlineData("https://issuer.example", 200, "alice")]
    [InlineData("https://other.example", 200, "alice")]
    [InlineData("https://third.example", 401, null)]
    public async Task SeveralProviders_WithOnePlace_TakeEachTheirOwn(string issuer, int status, string? subject)
    {
        _rig.Publish(_rig.Provider(), _rig.Provider("origins-1") with { Issuer = "https://other.example" });

        var answer = await _rig.BearerAsync(_rig.Keys.Token($$"""{"iss":"{{issuer}}","sub":"alice"}"""));

        Assert.Equal((status, subject), (answer.Status, answer.Token?.Subject));
    }

    [Fact]
    public async Task SeveralProviders_WithPlacesOfTheirOwn_MayAllBeThere()
    {
        _rig.Publish(_rig.Provider(), _rig.Provider("origins-1") with { Issuer = "https://other.example", Headers = [new("x-other", "")], Parameters = [] });

        var answer = await _rig.SendAsync(request =>
        {
            request.Headers["x-other"] = _rig.Keys.Token("""{"iss":"https://other.example","sub":"gateway"}""");
            request.Headers.Authorization = "Bearer " + _rig.Token();
        });

        Assert.Equal((200, "alice"), (answer.Status, answer.Token?.Subject));
        Assert.DoesNotContain(_rig.Seen!.Request.Headers, header => header.Key is "x-other" or "Authorization");
    }

    [Fact]
    public async Task RequiresAll_WithOneTokenMissing_IsRefused()
    {
        var (first, second) = (_rig.Provider(), _rig.Provider("b") with { Issuer = "https://other.example", Headers = [new("x-other", "")], Parameters = [] });
        _rig.Publish(new JwtRequirement(JwtRequirementKind.All) { Parts = [JwtRig.Required(first), JwtRig.Required(second)] }, first, second);

        var answer = await _rig.BearerAsync(_rig.Token());

        Assert.Equal((401, "Jwt is missing"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task AudiencesOfARequirement_TakeThePlaceOfTheProviders()
    {
        var provider = _rig.Provider() with { Audiences = ["general"] };
        _rig.Publish(JwtRig.Required(provider, "special"), provider);

        Assert.Equal(200, (await _rig.BearerAsync(_rig.Token(",\"aud\":\"special\""))).Status);
        Assert.Equal(403, (await _rig.BearerAsync(_rig.Token(",\"aud\":\"general\""))).Status);
    }

    [Fact]
    public async Task AllowMissingOrFailed_WithABadToken_PassesAsNobody()
    {
        _rig.Publish(new JwtRequirement(JwtRequirementKind.AllowMissingOrFailed) { Providers = [_rig.Provider()] }, _rig.Provider());

        var bad = await _rig.BearerAsync(_rig.Token() + "AAAA");
        var good = await _rig.BearerAsync(_rig.Token());

        Assert.Equal((200, null), (bad.Status, bad.Token?.Subject));
        Assert.Equal((200, "alice"), (good.Status, good.Token?.Subject));
    }

    [Theory]
    [InlineData(false, null, null, 200)]
    [InlineData(true, null, null, 401)]
    [InlineData(true, 100, 3600, 200)]
    [InlineData(true, 3601, 3600, 401)]
    public async Task Lifetime_OfAToken_IsLimited(bool requiresExpiration, int? expiresIn, int? maxLifetime, int status)
    {
        _rig.Publish(_rig.Provider() with { RequiresExpiration = requiresExpiration, MaxLifetime = maxLifetime is { } limit ? TimeSpan.FromSeconds(limit) : null });
        var expires = expiresIn is { } seconds ? $",\"exp\":{_rig.Now + seconds}" : "";

        var answer = await _rig.BearerAsync(_rig.Keys.Token($$"""{"iss":"{{JwtRig.Issuer}}"{{expires}}}"""));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Subjects_OfAProvider_AreMatched()
    {
        _rig.Publish(_rig.Provider() with { Subjects = new StringMatch(StringMatchKind.Prefix, "ali", IgnoreCase: false) });

        Assert.Equal(200, (await _rig.BearerAsync(_rig.Token())).Status);
        Assert.Equal(401, (await _rig.BearerAsync(_rig.Keys.Token($$"""{"iss":"{{JwtRig.Issuer}}","sub":"bob"}"""))).Status);
    }

    [Fact]
    public async Task Refusal_WithHiddenReasons_SaysNothing()
    {
        _rig.Publish(new JwtPolicy
        {
            Providers = [_rig.Provider()],
            Rules = [new JwtRule(new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) }, JwtRig.Required(_rig.Provider()))],
            HidesReasons = true,
        });

        var answer = await _rig.SendAsync(_ => { });

        Assert.Equal((401, "", ""), (answer.Status, answer.Body, answer.Challenge));
    }

    [Theory]
    [InlineData("", "16", "Jwt verification fails")]
    [InlineData(",\"aud\":\"other\"", "7", "Audiences in Jwt are not allowed")]
    public async Task Refusal_OfAGrpcCall_IsAStatus(string members, string status, string message)
    {
        _rig.Publish(_rig.Provider() with { Audiences = ["bookinfo"] });
        using var other = new TokenIssuer();
        var token = status == "16" ? other.Token(_rig.Payload(",\"aud\":\"bookinfo\"")) : _rig.Token(members);

        var answer = await _rig.SendAsync(request =>
        {
            request.ContentType = "application/grpc+proto";
            request.Headers.Authorization = "Bearer " + token;
        });

        Assert.Equal((200, "application/grpc"), (answer.Status, answer.Context.Response.ContentType));
        Assert.Equal((status, Uri.EscapeDataString(message)), (answer.Context.Response.Headers["grpc-status"].ToString(), answer.Context.Response.Headers["grpc-message"].ToString()));
    }

    [Fact]
    public async Task Realm_OfARefusal_HasNoTokenInIt()
    {
        var answer = await _rig.SendAsync(request => (request.Path, request.QueryString) = ("/a\"b", new("?access_token=secret")));

        Assert.Equal("Bearer realm=\"http://reviews:9080/a%22b\", error=\"invalid_token\"", answer.Challenge);
    }
}
