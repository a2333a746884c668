using Mesh.Protocol.Jwt;
using Mesh.Server.Authentication;

namespace Mesh.Server.Tests.Authentication;

public sealed class VerifiedTokensTests
{
    private readonly VerifiedTokens _tokens = new();

    [Fact]
    public void Add_OfManyTokens_KeepsTheLatestWithinTwoGenerations()
    {
        for (var index = 0; index < 20_000; index++)
        {
            _tokens.Add(Digest(index), Token("short"));
            Assert.True(_tokens.Count <= 2 * VerifiedTokens.MaxTokens);
        }

        Assert.NotNull(_tokens.Find(Digest(19_999)));
        Assert.Null(_tokens.Find(Digest(0)));
    }

    [Fact]
    public void Add_OfLongTokens_IsBoundedByTheirLength()
    {
        var text = new string('x', JsonWebToken.MaxLength);
        for (var index = 0; index < 2000; index++)
        {
            _tokens.Add(Digest(index), Token(text));
        }

        Assert.True(_tokens.Count <= 2 * VerifiedTokens.MaxCharacters / text.Length);
    }

    [Fact]
    public void Find_OfATokenInUse_KeepsIt()
    {
        _tokens.Add(Digest(-1), Token("used"));
        for (var index = 0; index < 20_000; index++)
        {
            _tokens.Add(Digest(index), Token("short"));
            Assert.NotNull(_tokens.Find(Digest(-1)));
        }
    }

    [Fact]
    public void Of_DifferentTokens_Differ()
    {
        Assert.Equal(TokenDigest.Of("a.b.c"), TokenDigest.Of(new string("a.b.c".ToCharArray())));
        Assert.NotEqual(TokenDigest.Of("a.b.c"), TokenDigest.Of("a.b.d"));
    }

    private static TokenDigest Digest(int index) => new((ulong)(index + 1), 0, 0, 0);

    private static VerifiedToken Token(string text)
    {
        var content = new JsonWebToken
        {
            Text = text, Algorithm = JwtAlgorithm.Find("ES256")!, Issuer = "", Subject = "", Claims = default, Signature = default,
        };
        return new VerifiedToken(content, "", new RequestToken { Issuer = "", Subject = "", Claims = default });
    }
}
