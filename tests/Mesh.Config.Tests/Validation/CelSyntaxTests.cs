using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Tests.Validation;

public sealed class CelSyntaxTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("response.code >= 400 && response.code < 500")]
    [InlineData("!has(request.headers['x-a']) ? 1 : -2.5e3")]
    [InlineData("request.url_path.startsWith('/a') || request.method in ['GET', \"HEAD\"]")]
    [InlineData("{'a': 1, 'b': [1u, 0xFF, .5]}['a'] % 2 == 0")]
    [InlineData("google.protobuf.Duration{seconds: 1}")]
    [InlineData(".a.b(c, d)[0].e")]
    [InlineData("r'\\d+' + b\"x\" + '''it's''' // a comment")]
    [InlineData("[1, 2,].all(x, x > 0)")]
    [InlineData("- -1")]
    [InlineData("'a\\'b'")]
    public void FindError_Expression_IsAccepted(string expression) => Assert.Null(CelSyntax.FindError(expression));

    [Theory]
    [InlineData("")]
    [InlineData("a ==")]
    [InlineData("a = b")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("a b")]
    [InlineData("a ? b")]
    [InlineData("[1, 2")]
    [InlineData("{'a' 1}")]
    [InlineData("'open")]
    [InlineData("'''open'")]
    [InlineData("a.1")]
    [InlineData("while")]
    [InlineData("a & b")]
    [InlineData("#")]
    [InlineData("a || || b")]
    public void FindError_Other_IsExplained(string expression) => Assert.NotNull(CelSyntax.FindError(expression));

    [Fact]
    public void FindError_DeepNesting_IsRefusedAndNotFollowed() =>
        Assert.Equal("nested too deeply", CelSyntax.FindError(new string('(', 100_000)));
}
