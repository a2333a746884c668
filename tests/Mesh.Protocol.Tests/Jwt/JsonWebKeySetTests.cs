using Mesh.Protocol.Jwt;
using Mesh.Testing.Jwt;

namespace Mesh.Protocol.Tests.Jwt;

public sealed class JsonWebKeySetTests
{
    public static TheoryData<string> Algorithms => ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void TryParse_OfAPublicKey_HasTheKey(string algorithm)
    {
        using var issuer = new TokenIssuer(algorithm);

        var set = JsonWebKeySet.TryParse($$"""{"keys":[{{issuer.Jwk($",\"alg\":\"{algorithm}\",\"use\":\"sig\",\"x5t\":\"AQ\"")}}]}""", out var error);

        Assert.Null(error);
        var key = Assert.Single(set!.Keys);
        Assert.Equal(("key-1", algorithm), (key.KeyId, key.Algorithm));
        Assert.Empty(set.Refused);
        Assert.Empty(set.Exposed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[]} x")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[{\"kty\":\"\\ud800\"}]}")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    public void TryParse_OfWhatIsNoKeySet_SaysWhy(string text)
    {
        Assert.Null(JsonWebKeySet.TryParse(text, out var error));
        Assert.StartsWith("the key set is not ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfNoKeys_IsASetThatVerifiesNothing()
    {
        Assert.Empty(JsonWebKeySet.TryParse("{\"keys\":[]}", out _)!.Keys);
    }

    [Theory]
    [InlineData("1", "is a JSON Number")]
    [InlineData("{}", "has kty ''")]
    [InlineData("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "is a shared secret")]
    [InlineData("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", "crv Ed25519")]
    [InlineData("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "has 17 bits; expected 2048")]
    [InlineData("{\"kty\":\"RSA\",\"n\":\"AQ==\",\"e\":\"AQAB\"}", "without n or e")]
    [InlineData("{\"kty\":\"RSA\",\"e\":\"AQAB\"}", "without n or e")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AQ\",\"y\":\"AQ\"}", "has crv 'secp256k1'")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}", "has no x and y of 32 bytes")]
    [InlineData("{\"kty\":\"EC\",\"kid\":7}", "has kid Number")]
    [InlineData("{\"kty\":\"RSA\",\"use\":\"enc\"}", "has use \"enc\"")]
    [InlineData("{\"kty\":\"RSA\",\"key_ops\":[\"encrypt\"]}", "has key_ops without")]
    public void TryParse_OfAKeyThatCannotVerify_RefusesItWithTheReason(string key, string reason)
    {
        var set = JsonWebKeySet.TryParse($$"""{"keys":[{{key}}]}""", out var error);

        Assert.Null(error);
        Assert.Empty(set!.Keys);
        Assert.StartsWith("keys[0] ", set.Refused[0], StringComparison.Ordinal);
        Assert.Contains(reason, set.Refused[0], StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfAShortRsaKey_RefusesIt()
    {
        using var issuer = new TokenIssuer("RS256", bits: 1024);

        Assert.Contains("has 1024 bits", JsonWebKeySet.TryParse(issuer.KeySet, out _)!.Refused[0], StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfAnUnsafeExponent_RefusesIt()
    {
        var modulus = new byte[256];
        Array.Fill(modulus, (byte)0xA5);

        foreach (var exponent in (string[])["AQ", "Ag", "AAAB", "AQAAAAAAAAAAAQ"])
        {
            var set = JsonWebKeySet.TryParse($$"""{"keys":[{"kty":"RSA","n":"{{TokenIssuer.Encode(modulus)}}","e":"{{exponent}}"}]}""", out _);
            Assert.Contains("exponent", set!.Refused[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryParse_OfAPointOffTheCurve_RefusesIt()
    {
        var number = TokenIssuer.Encode(Enumerable.Repeat((byte)7, 32).ToArray());

        var set = JsonWebKeySet.TryParse($$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{number}}","y":"{{number}}"}]}""", out _);

        Assert.Contains("platform", set!.Refused[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256", "ES256")]
    [InlineData("ES256", "ES384")]
    [InlineData("ES256", "RS256")]
    [InlineData("RS256", "HS256")]
    [InlineData("RS256", "none")]
    [InlineData("RS256", "RSA-OAEP")]
    public void TryParse_OfAnAlgorithmThatIsNotOfTheKey_RefusesIt(string key, string algorithm)
    {
        using var issuer = new TokenIssuer(key);

        var set = JsonWebKeySet.TryParse($$"""{"keys":[{{issuer.Jwk($",\"alg\":\"{algorithm}\"")}}]}""", out _);

        Assert.Contains(algorithm, set!.Refused[0], StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfAPrivateKey_ReportsIt()
    {
        using var issuer = new TokenIssuer();

        var set = JsonWebKeySet.TryParse($$"""{"keys":[{{issuer.Jwk(",\"d\":\"AQ\"")}}]}""", out _);

        Assert.Contains("keys[0] holds a private key", Assert.Single(set!.Exposed), StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfTooManyKeysOrTooMuchText_IsRefused()
    {
        var many = string.Join(',', Enumerable.Repeat("{}", JsonWebKeySet.MaxKeys + 1));

        Assert.Null(JsonWebKeySet.TryParse($$"""{"keys":[{{many}}]}""", out var error));
        Assert.Contains("at most 64", error, StringComparison.Ordinal);
        Assert.Null(JsonWebKeySet.TryParse(new string(' ', JsonWebKeySet.MaxLength + 1), out error));
        Assert.Contains("at most 1048576", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfOneBadKeyAmongGoodOnes_KeepsTheGoodOnes()
    {
        using var issuer = new TokenIssuer();

        var set = JsonWebKeySet.TryParse($$"""{"keys":[{"kty":"oct","k":"AQ"},{{issuer.Jwk()}}]}""", out _);

        Assert.Single(set!.Keys);
        Assert.Single(set.Refused);
    }

    [Fact]
    public void Equals_OfSetsFromTheSameText_Holds()
    {
        using var issuer = new TokenIssuer();
        using var other = new TokenIssuer();

        Assert.Equal(JsonWebKeySet.TryParse(issuer.KeySet, out _), JsonWebKeySet.TryParse(issuer.KeySet, out _));
        Assert.NotEqual(JsonWebKeySet.TryParse(issuer.KeySet, out _), JsonWebKeySet.TryParse(other.KeySet, out _));
    }
}
