using Mesh.Client.Actions;

namespace Mesh.Client.Tests.Actions;

public sealed class RegexSubstitutionTests
{
    [Theory]
    [InlineData("a*", "-", "baac", "-b-c-")]
    [InlineData("b*", "bb", "ababababab", "bbabbabbabbabbabb")]
    [InlineData("(a)(b)?", "[\\1\\2]", "abac", "[ab][a]c")]
    [InlineData("x", "\\\\", "axb", "a\\b")]
    [InlineData("x", "\\0\\0", "axb", "axxb")]
    [InlineData("(?P<first>a)(b)", "\\2\\1", "ab", "ba")]
    [InlineData("$1", "-", "a$1", "a$1")]
    [InlineData("a", "$1", "aa", "$1$1")]
    [InlineData("z", "-", "abc", "abc")]
    public void Replace_EveryMatch_IsWhatRe2Gives(string pattern, string substitution, string text, string expected) =>
        Assert.Equal(expected, new RegexSubstitution(pattern, substitution).Replace(text));
}
