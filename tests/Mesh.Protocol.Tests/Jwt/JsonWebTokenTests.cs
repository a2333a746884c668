using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Protocol.Jwt;
using Mesh.Testing;
using Mesh.Testing.Jwt;

namespace Mesh.Protocol.Tests.Jwt;

public sealed class JsonWebTokenTests
{
    private const string Payload = """{"iss":"https://issuer.example","sub":"alice","aud":["a","b"],"exp":1893456600,"nbf":1893456000,"iat":1893456000.7,"azp":"web"}""";

    private static readonly FsCheck.Config Settings = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(400)).WithReplay(20261121, 7);

    public static TheoryData<string> Algorithms => JsonWebKeySetTests.Algorithms;

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Verify_OfATokenOfTheKey_Holds(string algorithm)
    {
        using var issuer = new TokenIssuer(algorithm);
        var keys = JsonWebKeySet.TryParse(issuer.KeySet, out _)!;

        var token = JsonWebTokenParser.Parse(issuer.Token(Payload), out var status);

        Assert.Equal(JwtStatus.Ok, status);
        Assert.Equal(JwtStatus.Ok, JsonWebTokenVerifier.Verify(token!, keys));
        Assert.Equal(("https://issuer.example", "alice", "key-1"), (token!.Issuer, token.Subject, token.KeyId));
        Assert.Equal((1893456600L, 1893456000L, 1893456000L), (token.ExpiresAt, token.NotBefore, token.IssuedAt));
        Assert.Equal(["a", "b"], token.Audiences);
        Assert.Equal(TokenIssuer.Encode(Payload), token.PayloadText.ToString());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Verify_WithAnotherKeyOfTheSameId_Fails(string algorithm)
    {
        using var issuer = new TokenIssuer(algorithm);
        using var other = new TokenIssuer(algorithm);

        var token = JsonWebTokenParser.Parse(issuer.Token(Payload), out _)!;

        Assert.Equal(JwtStatus.VerificationFails, JsonWebTokenVerifier.Verify(token, JsonWebKeySet.TryParse(other.KeySet, out _)!));
    }

    [Theory]
    [InlineData("RS256", "PS256")]
    [InlineData("PS256", "RS256")]
    [InlineData("RS512", "RS256")]
    public void Verify_OfAKeyForAnotherAlgorithm_FindsNoKey(string used, string allowed)
    {
        using var issuer = new TokenIssuer(used);
        var keys = JsonWebKeySet.TryParse($$"""{"keys":[{{issuer.Jwk($",\"alg\":\"{allowed}\"")}}]}""", out _)!;

        var token = JsonWebTokenParser.Parse(issuer.Token(Payload), out _)!;

        Assert.Equal(JwtStatus.KeyNotFound, JsonWebTokenVerifier.Verify(token, keys));
    }

    [Fact]
    public void Verify_WithoutAKeyId_TriesTheKeysThatFit()
    {
        using var first = new TokenIssuer("ES256", "a");
        using var second = new TokenIssuer("ES256", "b");
        using var third = new TokenIssuer("RS256", "c");
        var keys = JsonWebKeySet.TryParse($$"""{"keys":[{{third.Jwk()}},{{first.Jwk()}},{{second.Jwk()}}]}""", out _)!;

        var token = JsonWebTokenParser.Parse(second.Token("""{"alg":"ES256"}""", Payload), out _)!;
        var named = JsonWebTokenParser.Parse(second.Token("""{"alg":"ES256","kid":"a"}""", Payload), out _)!;

        Assert.Equal(JwtStatus.Ok, JsonWebTokenVerifier.Verify(token, keys));
        Assert.Equal(JwtStatus.VerificationFails, JsonWebTokenVerifier.Verify(named, keys));
    }

    [Fact]
    public void Verify_OfAKeyWithoutAnId_IsTriedForEveryToken()
    {
        using var issuer = new TokenIssuer("ES256", keyId: null);

        var token = JsonWebTokenParser.Parse(issuer.Token("""{"alg":"ES256","kid":"any"}""", Payload), out _)!;

        Assert.Equal(JwtStatus.Ok, JsonWebTokenVerifier.Verify(token, JsonWebKeySet.TryParse(issuer.KeySet, out _)!));
    }

    /// <summary>The signature of Java's CVE-2022-21449.</summary>
    [Theory]
    [InlineData("ES256", 64)]
    [InlineData("ES384", 96)]
    [InlineData("ES512", 132)]
    [InlineData("RS256", 256)]
    [InlineData("ES256", 63)]
    [InlineData("ES256", 1)]
    [InlineData("RS256", 257)]
    public void Verify_OfASignatureOfZeros_Fails(string algorithm, int length)
    {
        using var issuer = new TokenIssuer(algorithm);
        var good = issuer.Token(Payload);

        var token = JsonWebTokenParser.Parse(good[..(good.LastIndexOf('.') + 1)] + TokenIssuer.Encode(new byte[length]), out _)!;

        Assert.Equal(JwtStatus.VerificationFails, JsonWebTokenVerifier.Verify(token, JsonWebKeySet.TryParse(issuer.KeySet, out _)!));
    }

    /// <summary>The example of RFC 7515 A.3, made by somebody else.</summary>
    [Fact]
    public void Verify_OfTheExampleOfTheStandard_Holds()
    {
        const string Key = """{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""";
        const string Text = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

        var token = JsonWebTokenParser.Parse(Text, out var status);

        Assert.Equal(JwtStatus.Ok, status);
        Assert.Equal(JwtStatus.Ok, JsonWebTokenVerifier.Verify(token!, JsonWebKeySet.TryParse(Key, out _)!));
        Assert.Equal(JwtStatus.Expired, token!.CheckTime(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void S80_AnyMutatedCharacter_IsRefused(string algorithm)
    {
        using var issuer = new TokenIssuer(algorithm);
        var keys = JsonWebKeySet.TryParse(issuer.KeySet, out _)!;
        var good = issuer.Token(Payload);
        var mutations =
            from position in Gen.Choose(0, good.Length - 1)
            from kind in Gen.Choose(0, 3)
            from character in Gen.Frequency((4, Gen.Elements("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".ToCharArray())), (1, Gen.Choose(0, 0x2FF).Select(code => (char)code)))
            select kind switch
            {
                0 => good.Remove(position, 1),
                1 => good.Insert(position, character.ToString()),
                _ => good[..position] + character + good[(position + 1)..],
            };

        Prop.ForAll(mutations.ToArbitrary(), text => text == good || !IsGood(text, keys)).Check(Settings);
    }

    [Fact]
    public void S80_AnyText_NeverThrows()
    {
        using var issuer = new TokenIssuer();
        var keys = JsonWebKeySet.TryParse(issuer.KeySet, out _)!;
        string[] fragments =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "\\u0000", "\"alg\"", "\"ES256\"", "\"none\"", "\"kid\"", "\"key-1\"", "\"iss\"", "\"exp\"", "\"aud\"",
            "1e999", "-0", "18446744073709551616", "null", "true", "\0", "é", "{\"alg\":\"ES256\"}",
        ];
        var json = Gen.Elements(fragments).ArrayOf().Select(string.Concat);
        var token =
            from header in Gen.Frequency((1, json), (2, Gen.Constant("""{"alg":"ES256","kid":"key-1"}""")))
            from payload in json
            select issuer.Token(header, payload);
        var raw = Gen.Choose(0, 0xFFFF).Select(code => (char)code).ArrayOf().Select(characters => new string(characters));

        Prop.ForAll(Gen.OneOf(token, raw, json).ToArbitrary(), text =>
        {
            if (JsonWebTokenParser.Parse(text, out var status) is { } parsed)
            {
                JsonWebTokenVerifier.Verify(parsed, keys);
            }

            JsonWebKeySet.TryParse(text, out _);
            return (status == JwtStatus.Ok) == (JsonWebTokenParser.Parse(text, out _) is not null) && JwtStatusText.Of(status).Length > 0;
        }).Check(Settings);
    }

    [Fact]
    public void Parse_OfAnyClaims_GivesThemBack()
    {
        using var issuer = new TokenIssuer();
        var texts = Gen.Choose(0, 0xFFFF).Select(code => (char)code).ArrayOf().Select(characters => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(characters)));

        Prop.ForAll(texts.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (subject, expires) =>
        {
            var payload = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { ["sub"] = subject, ["exp"] = expires, ["x"] = new[] { subject } });
            var token = JsonWebTokenParser.Parse(issuer.Token(payload), out _);
            return token!.Subject == subject && token.ExpiresAt == expires && token.Claims.GetProperty("x")[0].GetString() == subject;
        }).Check(Settings);
    }

    private static bool IsGood(string text, JsonWebKeySet keys) =>
        JsonWebTokenParser.Parse(text, out _) is { } token && JsonWebTokenVerifier.Verify(token, keys) is JwtStatus.Ok;
}
