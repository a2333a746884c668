using System.Text;
using Mesh.Client.Model;
using Mesh.Protocol.Jwt;
using Mesh.Testing.Jwt;

namespace Mesh.Server.Tests.Authentication;

/// <summary>The abuse cases S80 to S86 and S88.</summary>
public sealed class JwtAbuseTests : IDisposable
{
    private readonly JwtRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("""{"alg":"none"}""", "Jwt header [alg] is not supported")]
    [InlineData("""{"alg":"None","kid":"key-1"}""", "Jwt header [alg] is not supported")]
    [InlineData("""{"alg":"HS256","kid":"key-1"}""", "Jwt header [alg] is not supported")]
    [InlineData("""{"alg":"es256","kid":"key-1"}""", "Jwt header [alg] is not supported")]
    [InlineData("""{"alg":"EdDSA","kid":"key-1"}""", "Jwt header [alg] is not supported")]
    [InlineData("""{"alg":["ES256"]}""", "Jwt header [alg] field is required and must be a string")]
    [InlineData("""{"kid":"key-1"}""", "Jwt header [alg] field is required and must be a string")]
    [InlineData("""{"alg":"ES256","kid":7}""", "Jwt header [kid] field is not a string")]
    [InlineData("""{"alg":"ES256","kid":"key-2"}""", "Jwks doesn't have key to match kid or alg from Jwt")]
    [InlineData("""{"alg":"RS256","kid":"key-1"}""", "Jwks doesn't have key to match kid or alg from Jwt")]
    [InlineData("""{"alg":"ES384","kid":"key-1"}""", "Jwks doesn't have key to match kid or alg from Jwt")]
    [InlineData("""{"alg":"ES256","jku":"https://evil.example/keys"}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","x5u":"https://evil.example/cert"}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","x5c":["AQ"]}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","jwk":{"kty":"EC"}}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","crit":["exp"]}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","crit":[]}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","b64":false}""", "Jwt header has a field that is not allowed")]
    [InlineData("""{"alg":"ES256","alg":"ES256"}""", "Jwt header is an invalid JSON")]
    [InlineData("""{"alg":"ES256","\u0061lg":"ES256"}""", "Jwt header is an invalid JSON")]
    [InlineData("""["ES256"]""", "Jwt header is an invalid JSON")]
    [InlineData("""{"alg":"ES256"} """ + "\0", "Jwt header is an invalid JSON")]
    public async Task S80_HeaderOfAttackers_IsRefused(string header, string reason)
    {
        var answer = await _rig.BearerAsync(_rig.Keys.Token(header, _rig.Payload()));

        Assert.Equal((401, reason), (answer.Status, answer.Body));
        Assert.Equal("Bearer realm=\"http://reviews:9080/reviews\", error=\"invalid_token\"", answer.Challenge);
        Assert.Null(_rig.Seen);
    }

    [Fact]
    public async Task S80_PublicKeyAsSharedSecret_IsRefused()
    {
        using var issuer = new TokenIssuer("RS256");
        _rig.Publish(_rig.Provider() with { Keys = JsonWebKeySet.TryParse(issuer.KeySet, out _)! });
        var signed = TokenIssuer.Encode("""{"alg":"HS256","kid":"key-1"}""") + "." + TokenIssuer.Encode(_rig.Payload());
        var mac = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(issuer.PublicKeyPem), Encoding.UTF8.GetBytes(signed));

        var answer = await _rig.BearerAsync($"{signed}.{TokenIssuer.Encode(mac)}");

        Assert.Equal((401, "Jwt header [alg] is not supported"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData(""","sub":"bob" """)]
    [InlineData(""","a":1,"a":1""")]
    [InlineData(""","n":{"a":1,"a":2}""")]
    [InlineData(""","a":"\ud800" """)]
    public async Task S80_ClaimsThatReadTwoWays_AreRefused(string members)
    {
        var answer = await _rig.BearerAsync(_rig.Token(members));

        Assert.Equal((401, "Jwt payload is an invalid JSON"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task S80_DeepJson_IsRefused()
    {
        static string Nested(int depth) => $",\"a\":{new string('[', depth)}{new string(']', depth)}";

        Assert.Equal(200, (await _rig.BearerAsync(_rig.Token(Nested(JsonWebToken.MaxDepth - 1)))).Status);
        Assert.Equal(401, (await _rig.BearerAsync(_rig.Token(Nested(JsonWebToken.MaxDepth)))).Status);
        Assert.Equal(401, (await _rig.BearerAsync(_rig.Token(Nested(4000)))).Status);
    }

    [Fact]
    public async Task S80_HugeToken_IsRefused()
    {
        var answer = await _rig.BearerAsync(_rig.Token($",\"a\":\"{new string('x', JsonWebToken.MaxLength)}\""));

        Assert.Equal((401, "Jwt is too long"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("{0}=")]
    [InlineData("{0}==")]
    [InlineData("{0}%3D")]
    [InlineData("{0}.")]
    [InlineData(".{0}")]
    [InlineData("{0}.x")]
    [InlineData("{0} x")]
    [InlineData("{0},{0}")]
    [InlineData("\"{0}\"")]
    public async Task S80_PaddingAndOtherTrimmings_AreRefused(string form)
    {
        var answer = await _rig.BearerAsync(form.Replace("{0}", _rig.Token(), StringComparison.Ordinal));

        Assert.Equal(401, answer.Status);
        Assert.Null(_rig.Seen);
    }

    [Fact]
    public async Task S80_SignatureWithSpareBits_IsRefused()
    {
        // 64 bytes end in a character of which 4 bits stand for nothing: 16 spellings, one of them right.
        var token = _rig.Token();
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var other = token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) | 1];

        Assert.Equal((401, "Jwt signature is an invalid Base64url encoded"), ((await _rig.BearerAsync(other)).Status, (await _rig.BearerAsync(other)).Body));
        Assert.Equal(200, (await _rig.BearerAsync(token)).Status);
    }

    [Theory]
    [InlineData("https://issuer.example/")]
    [InlineData("https://ISSUER.example")]
    [InlineData("https://issuer.example.evil")]
    [InlineData("")]
    public async Task S81_AnotherIssuer_IsRefused(string issuer)
    {
        var answer = await _rig.BearerAsync(_rig.Keys.Token($$"""{"iss":"{{issuer}}","sub":"alice"}"""));

        Assert.Equal((401, "Jwt issuer is not configured"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(",\"aud\":\"bookinfo\"", true)]
    [InlineData(",\"aud\":[\"x\",\"bookinfo\"]", true)]
    [InlineData(",\"aud\":\"https://bookinfo/\"", true)]
    [InlineData(",\"aud\":[]", false)]
    [InlineData(",\"aud\":\"bookinfo2\"", false)]
    [InlineData(",\"aud\":\"book\"", false)]
    [InlineData(",\"aud\":\"BOOKINFO\"", false)]
    [InlineData(",\"aud\":\"x,bookinfo\"", false)]
    public async Task S81_Audiences_AreComparedWhole(string members, bool isOurs)
    {
        _rig.Publish(_rig.Provider() with { Audiences = ["other", "bookinfo"] });

        var answer = await _rig.BearerAsync(_rig.Token(members));

        Assert.Equal(isOurs ? (200, "") : (403, "Audiences in Jwt are not allowed"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("""{"iss":["https://issuer.example"]}""", "Jwt payload [iss] field is not a string")]
    [InlineData("""{"iss":"https://issuer.example","sub":7}""", "Jwt payload [sub] field is not a string")]
    [InlineData("""{"iss":"https://issuer.example","aud":{"a":"b"}}""", "Jwt payload [aud] field is not a string or string list")]
    [InlineData("""{"iss":"https://issuer.example","aud":["a",1]}""", "Jwt payload [aud] field is not a string or string list")]
    [InlineData("""{"iss":"https://issuer.example","exp":"9999999999"}""", "Jwt payload [exp] field is not an integer")]
    [InlineData("""{"iss":"https://issuer.example","exp":-1}""", "Jwt payload [exp] field is not an integer")]
    [InlineData("""{"iss":"https://issuer.example","exp":1e400}""", "Jwt payload [exp] field is not an integer")]
    [InlineData("""{"iss":"https://issuer.example","exp":null}""", "Jwt payload [exp] field is not an integer")]
    [InlineData("""{"iss":"https://issuer.example","exp":0}""", "Jwt is expired")]
    [InlineData("""{"iss":"https://issuer.example","nbf":true}""", "Jwt payload [nbf] field is not an integer")]
    [InlineData("""{"iss":"https://issuer.example","iat":[]}""", "Jwt payload [iat] field is not an integer")]
    public async Task S81_ClaimsOfAnotherType_AreRefused(string payload, string reason)
    {
        var answer = await _rig.BearerAsync(_rig.Keys.Token(payload));

        Assert.Equal((401, reason), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("exp", -60, 200)]
    [InlineData("exp", -61, 401)]
    [InlineData("nbf", 60, 200)]
    [InlineData("nbf", 61, 401)]
    [InlineData("iat", 60, 200)]
    [InlineData("iat", 61, 401)]
    public async Task S81_Times_HaveAMinuteOfTolerance(string claim, int seconds, int status)
    {
        var answer = await _rig.BearerAsync(_rig.Keys.Token($$"""{"iss":"{{JwtRig.Issuer}}","sub":"alice","{{claim}}":{{_rig.Now + seconds}}}"""));

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? "" : claim == "exp" ? "Jwt is expired" : "Jwt not yet valid", answer.Body);
    }

    [Fact]
    public async Task S81_RememberedToken_ExpiresAllTheSame()
    {
        var token = _rig.Token();
        Assert.Equal(200, (await _rig.BearerAsync(token)).Status);

        _rig.Time.Advance(TimeSpan.FromSeconds(661));

        Assert.Equal((401, "Jwt is expired"), ((await _rig.BearerAsync(token)).Status, (await _rig.BearerAsync(token)).Body));
    }

    [Fact]
    public async Task S82_KeysThatCouldNotBeHad_VerifyNothing()
    {
        _rig.Publish(_rig.Provider() with { Keys = JsonWebKeySet.Empty });

        var answer = await _rig.BearerAsync(_rig.Token());

        Assert.Equal((401, "Jwks doesn't have any valid public key"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task S82_RememberedToken_IsForgottenWithItsKey()
    {
        var token = _rig.Token();
        Assert.Equal(200, (await _rig.BearerAsync(token)).Status);

        using var other = new TokenIssuer();
        _rig.Publish(_rig.Provider() with { Keys = JsonWebKeySet.TryParse(other.KeySet, out _)! });

        Assert.Equal((401, "Jwt verification fails"), ((await _rig.BearerAsync(token)).Status, (await _rig.BearerAsync(token)).Body));
    }

    [Fact]
    public async Task S83_FloodOfUnknownKeyIds_FetchesNothing()
    {
        // The workload has no way to fetch keys at all: it tells the control plane, in a bounded way.
        for (var index = 0; index < 200; index++)
        {
            var answer = await _rig.BearerAsync(_rig.Keys.Token($$"""{"alg":"ES256","kid":"flood-{{index}}"}""", _rig.Payload()));
            Assert.Equal((401, "Jwks doesn't have key to match kid or alg from Jwt"), (answer.Status, answer.Body));
        }

        Assert.Equal(200, (await _rig.BearerAsync(_rig.Token())).Status);
    }

    [Theory]
    [InlineData("header", "query")]
    [InlineData("header", "cookie")]
    [InlineData("query", "cookie")]
    [InlineData("header", "header")]
    [InlineData("query", "query")]
    [InlineData("cookie", "cookie")]
    public async Task S84_DifferentTokensOfOneIssuer_AreRefused(string first, string second)
    {
        _rig.Publish(_rig.Provider() with { Cookies = ["token"] });
        var (alice, bob) = (_rig.Token(), _rig.Keys.Token(_rig.Payload().Replace("alice", "bob", StringComparison.Ordinal)));

        var conflict = await _rig.SendAsync(request => Put(request, (first, alice), (second, bob)));
        var same = await _rig.SendAsync(request => Put(request, (first, alice), (second, alice)));

        Assert.Equal((401, "Found multiple Jwt tokens"), (conflict.Status, conflict.Body));
        Assert.Equal((200, "alice"), (same.Status, same.Token?.Subject));
    }

    [Fact]
    public async Task S84_ManyTokens_AreRefusedUnread()
    {
        var token = _rig.Token();

        var answer = await _rig.SendAsync(request => request.Headers.Authorization = Enumerable.Repeat("Bearer " + token, 9).ToArray());

        Assert.Equal((401, "Found multiple Jwt tokens"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("header", "query")]
    [InlineData("query", "header")]
    [InlineData("cookie", "header")]
    [InlineData("header", "cookie")]
    [InlineData("header", "header")]
    public async Task S85_BadTokenBesideAGoodOne_IsRefused(string good, string bad)
    {
        _rig.Publish(_rig.Provider() with { Cookies = ["token"] });

        var answer = await _rig.SendAsync(request => Put(request, (good, _rig.Token()), (bad, _rig.Token() + "AAAA")));

        Assert.Equal(401, answer.Status);
        Assert.Null(_rig.Seen);
    }

    [Fact]
    public async Task S85_BadTokenOfAnotherProvider_IsRefused()
    {
        using var other = new TokenIssuer();
        _rig.Publish(
            _rig.Provider(),
            new JwtProvider("origins-1") { Issuer = "https://other.example", Headers = [new("x-other", "")], Keys = JsonWebKeySet.TryParse(other.KeySet, out _)! });
        var forged = _rig.Keys.Token("""{"iss":"https://other.example","sub":"root"}""");

        var answer = await _rig.SendAsync(request =>
        {
            request.Headers.Authorization = "Bearer " + _rig.Token();
            request.Headers["x-other"] = forged;
        });

        Assert.Equal((401, "Jwt verification fails"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("x-user")]
    [InlineData("X-User")]
    [InlineData("x_user")]
    [InlineData("x-payload")]
    public async Task S86_OutputHeaderOfAClient_IsStripped(string name)
    {
        _rig.Publish(_rig.Provider() with { PayloadHeader = "x-payload", ClaimHeaders = [new JwtClaimHeader("x-user", "user")] });

        foreach (var authorization in (string[])["", "Bearer " + _rig.Token()])
        {
            await _rig.SendAsync(request =>
            {
                request.Headers[name] = "admin";
                request.Headers.Authorization = authorization;
            });
            Assert.NotEqual("admin", _rig.Seen!.Request.Headers[name].ToString());
        }
    }

    [Fact]
    public async Task S86_OutputHeaderOfAPreflight_IsStripped()
    {
        _rig.Publish(_rig.Provider() with { ClaimHeaders = [new JwtClaimHeader("x-user", "user")] });

        await _rig.SendAsync(request =>
        {
            request.Method = "OPTIONS";
            (request.Headers.Origin, request.Headers.AccessControlRequestMethod, request.Headers["x-user"]) = ("https://shop.example", "GET", "admin");
        });

        Assert.False(_rig.Seen!.Request.Headers.ContainsKey("x-user"));
    }

    [Theory]
    [InlineData("bearer {0}", 401)]
    [InlineData("BEARER {0}", 401)]
    [InlineData("Bearer\t{0}", 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Bearer x{0}", 401)]
    [InlineData("Bearer   {0}", 200)]
    [InlineData("Bearer{0}", 200)]
    [InlineData("Basic {0}", 200)]
    [InlineData("{0}", 200)]
    public async Task S88_OtherPrefixes_NeverMakeAToken(string form, int status)
    {
        var answer = await _rig.SendAsync(request => request.Headers.Authorization = form.Replace("{0}", _rig.Token(), StringComparison.Ordinal));

        Assert.Equal(status, answer.Status);
        Assert.Equal(form == "Bearer   {0}" ? "alice" : null, answer.Token?.Subject);
    }

    private static void Put(Microsoft.AspNetCore.Http.HttpRequest request, params (string Place, string Token)[] tokens)
    {
        request.Headers.Authorization = tokens.Where(pair => pair.Place == "header").Select(pair => "Bearer " + pair.Token).ToArray();
        request.QueryString = new("?a=b" + string.Concat(tokens.Where(pair => pair.Place == "query").Select((pair, index) => $"&{(index == 0 ? "access_token" : "Access_Token")}={pair.Token}")));
        request.Headers.Cookie = tokens.Where(pair => pair.Place == "cookie").Select(pair => $"a=b; token={pair.Token}").ToArray();
    }
}
