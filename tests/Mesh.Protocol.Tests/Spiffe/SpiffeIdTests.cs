using FsCheck;
using FsCheck.Fluent;
using Mesh.Protocol.Spiffe;

namespace Mesh.Protocol.Tests.Spiffe;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://cluster.local/ns/default/sa/reviews", "cluster.local", "/ns/default/sa/reviews", "default", "reviews")]
    [InlineData("spiffe://td.example_1-a/service", "td.example_1-a", "/service", null, null)]
    [InlineData("spiffe://td/ns/a/sa/b/c", "td", "/ns/a/sa/b/c", null, null)]
    [InlineData("spiffe://td/NS/a/sa/b", "td", "/NS/a/sa/b", null, null)]
    [InlineData("spiffe://td", "td", "", null, null)]
    [InlineData("spiffe://td/...", "td", "/...", null, null)]
    public void TryParse_NameOfTheStandard_GivesItsParts(string text, string trustDomain, string path, string? @namespace, string? account)
    {
        Assert.True(SpiffeId.TryParse(text, out var id, out _));
        Assert.Equal((trustDomain, path, @namespace, account), (id.TrustDomain, id.Path, id.Namespace, id.ServiceAccount));
        Assert.Equal(text, id.ToString());
        Assert.Equal(text[SpiffeId.Scheme.Length..], id.Principal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spiffe:")]
    [InlineData("spiffe://")]
    [InlineData("spiffe:///ns/a/sa/b")]
    [InlineData("SPIFFE://td/a")]
    [InlineData("Spiffe://td/a")]
    [InlineData("http://td/a")]
    [InlineData("spiffe:/td/a")]
    [InlineData("spiffe://TD/a")]
    [InlineData("spiffe://cluster.Local/ns/default/sa/reviews")]
    [InlineData("spiffe://td:443/a")]
    [InlineData("spiffe://user@td/a")]
    [InlineData("spiffe://user:secret@td/a")]
    [InlineData("spiffe://td/a?x=1")]
    [InlineData("spiffe://td?x=1")]
    [InlineData("spiffe://td/a#b")]
    [InlineData("spiffe://td#b")]
    [InlineData("spiffe://td/a/")]
    [InlineData("spiffe://td/")]
    [InlineData("spiffe://td//a")]
    [InlineData("spiffe://td/a//b")]
    [InlineData("spiffe://td/./a")]
    [InlineData("spiffe://td/a/..")]
    [InlineData("spiffe://td/../a")]
    [InlineData("spiffe://td/%61")]
    [InlineData("spiffe://td/a%2fb")]
    [InlineData("spiffe://t%64/a")]
    [InlineData("spiffe://td/a b")]
    [InlineData("spiffe://td/ü")]
    [InlineData("spiffe://tü/a")]
    [InlineData("spiffe://td/a\0")]
    [InlineData("spiffe://td\0.evil/a")]
    [InlineData("spiffe://td/a\n")]
    [InlineData(" spiffe://td/a")]
    [InlineData("spiffe://td/a*")]
    public void S04_NameAgainstTheStandard_IsRefused(string text)
    {
        Assert.False(SpiffeId.TryParse(text, out var id, out var error));
        Assert.Null(id);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void S04_NameLongerThan2048Bytes_IsRefused()
    {
        var longest = "spiffe://td/" + new string('a', SpiffeId.MaxLength - 12);

        Assert.True(SpiffeId.TryParse(longest, out _, out _));
        Assert.False(SpiffeId.TryParse(longest + "a", out _, out _));
        Assert.False(SpiffeId.TryParse($"spiffe://{new string('a', 256)}/b", out _, out _));
    }

    [Fact]
    public void Of_PartAgainstTheStandard_Throws()
    {
        Assert.Equal("spiffe://td/ns/a/sa/b", SpiffeId.Of("td", "a", "b").ToString());
        Assert.Throws<FormatException>(() => SpiffeId.Of("td", "a/b", "..") );
        Assert.Throws<FormatException>(() => SpiffeId.Of("TD", "a", "b"));
        Assert.Throws<FormatException>(() => SpiffeId.Of("td", "", "b"));
    }

    /// <summary>Any text: never an exception, and what is taken is written back letter by letter and holds nothing that a reader could take apart otherwise.</summary>
    [Fact]
    public void TryParse_AnyText_TakesOnlyWhatReadsBackTheSame() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(4_000).WithReplay(20261121, 3), Prop.ForAll(Texts().ToArbitrary(), static text =>
        {
            if (!SpiffeId.TryParse(text, out var id, out var error))
            {
                return id is null && error.Length > 0;
            }

            return id.ToString() == text
                && SpiffeId.TryParse(id.ToString(), out var again, out _) && again == id
                && text.All(character => char.IsAsciiLetterOrDigit(character) || ":/.-_".Contains(character))
                && (id.Namespace is null || SpiffeId.Of(id.TrustDomain, id.Namespace, id.ServiceAccount!) == id);
        }));

    private static Gen<string> Texts()
    {
        var piece = Gen.Elements(
            "spiffe://", "cluster.local", "/", "//", "/ns/", "/sa/", "default", "reviews", ".", "..", "%2e", "%", ":", "@", "?", "#", "\0", "é", "A", "z", "-", "_", " ", "*");
        return piece.ListOf().Select(static pieces => "spiffe://td" + string.Concat(pieces))
            .Two().Select(static two => two.Item1.Length % 3 == 0 ? two.Item2 : two.Item1[9..]);
    }
}
