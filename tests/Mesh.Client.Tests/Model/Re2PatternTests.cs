using System.Text.RegularExpressions;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Model;

public sealed class Re2PatternTests
{
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "xabc", false)]
    [InlineData("a|ab", "ab", true)]
    [InlineData("abc", "abc\n", false)]
    [InlineData("abc$", "abc\n", false)]
    [InlineData("(?m)a$\nb", "a\nb", true)]
    [InlineData("a.c", "a\nc", false)]
    [InlineData("(?s)a.c", "a\nc", true)]
    [InlineData("(?i)abc", "ABC", true)]
    [InlineData("(?i:a)b", "Ab", true)]
    [InlineData("(?i:a)b", "AB", false)]
    [InlineData(@"\d+", "123", true)]
    [InlineData(@"\d+", "१२३", false)]
    [InlineData(@"\w+", "aZ_9", true)]
    [InlineData(@"\w+", "é", false)]
    [InlineData(@"\W", "é", true)]
    [InlineData(@"[\D]+", "a:é", true)]
    [InlineData(@"[^\d/]+", "a1", false)]
    [InlineData(@"\s", "\u00A0", false)]
    [InlineData(@"\S", "\u00A0", true)]
    [InlineData(@"\Qa.b+\E+", "a.b++", true)]
    [InlineData(@"\Qa.b", "axb", false)]
    [InlineData("(?P<name>a)(b)", "ab", true)]
    [InlineData("(?<name>a)", "a", true)]
    [InlineData("[[:alpha:]-]+", "a-Z", true)]
    [InlineData("[[:^digit:]]", "5", false)]
    [InlineData("[[b]+", "[b", true)]
    [InlineData("[+-[x]+", "+A[x", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[^]a]", "b", true)]
    [InlineData("[-a]+", "-a", true)]
    [InlineData("[a-]+", "-a", true)]
    [InlineData("[a&&b]+", "&", true)]
    [InlineData("a{2,3}", "aaa", true)]
    [InlineData("a{,3}", "a{,3}", true)]
    [InlineData("a{2", "a{2", true)]
    [InlineData(@"\x41\x{1F600}", "A😀", true)]
    [InlineData(@"\101", "A", true)]
    [InlineData(@"\pL+", "é", true)]
    [InlineData(@"\p{^L}", "1", true)]
    [InlineData("a #b", "a #b", true)]
    [InlineData(@"\/v1\/.*", "/v1/x", true)]
    [InlineData("^(.*?;)?(user=jason)(;.*)?$", "a=b;user=jason;c=d", true)]
    [InlineData(@"\bfoo\b", "foo", true)]
    [InlineData("", "", true)]
    public void ToFullMatch_Pattern_MatchesAsRe2(string pattern, string text, bool matches)
    {
        Assert.Null(Re2Pattern.Validate(pattern));
        var regex = new Regex(Re2Pattern.ToFullMatch(pattern), Re2Pattern.Options, TimeSpan.FromSeconds(5));

        Assert.Equal(matches, regex.IsMatch(text));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("a**")]
    [InlineData("*a")]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a)")]
    [InlineData("(?#comment)")]
    [InlineData("(?x)a")]
    [InlineData("(?U)a")]
    [InlineData(@"(a)\1")]
    [InlineData(@"(?P<n>a)\k<n>")]
    [InlineData(@"a\Z")]
    [InlineData(@"\C")]
    [InlineData(@"a\")]
    [InlineData(@"\x{110000}")]
    [InlineData("a{1001}")]
    [InlineData("(?P<n>a)(?P<n>b)")]
    [InlineData("[[:nope:]]")]
    [InlineData("[b-a]")]
    [InlineData("[a-[b]+")]
    [InlineData(@"\p{NoSuchClass}")]
    public void Validate_PatternOutsideOfRe2_TellsTheReason(string pattern) =>
        Assert.Contains("is not RE2", Re2Pattern.Validate(pattern), StringComparison.Ordinal);

    [Fact]
    public void Validate_TooLong_TellsTheLimit() =>
        Assert.Contains("1024", Re2Pattern.Validate(new string('a', 1025)), StringComparison.Ordinal);

    [Fact]
    public void ToSearch_NamedAndUnnamedGroups_KeepTheirOrder()
    {
        var match = Regex.Match("xy", Re2Pattern.ToSearch("(?P<first>x)(y)"), Re2Pattern.Options, TimeSpan.FromSeconds(5));

        Assert.Equal("x", match.Groups[1].Value);
        Assert.Equal("y", match.Groups[2].Value);
    }
}
