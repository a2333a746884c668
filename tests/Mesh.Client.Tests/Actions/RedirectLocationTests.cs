using Mesh.Client.Actions;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Actions;

public sealed class RedirectLocationTests
{
    [Theory]
    [InlineData("reviews:9080", "http://reviews:9080/a?b=c")]
    [InlineData("reviews", "http://reviews/a?b=c")]
    [InlineData("[::1]:9080", "http://[::1]:9080/a?b=c")]
    public void Compute_WithNothingGiven_IsTheRequestItself(string authority, string expected) =>
        Assert.Equal(expected, Compute(new RedirectAction { StatusCode = 301 }, authority));

    [Theory]
    [InlineData("reviews:80", "https://reviews/a?b=c")]
    [InlineData("reviews:8080", "https://reviews:8080/a?b=c")]
    [InlineData("[::1]", "https://[::1]/a?b=c")]
    [InlineData("[::1]:80", "https://[::1]/a?b=c")]
    public void Compute_AnotherScheme_DropsThePortThatWasItsDefault(string authority, string expected) =>
        Assert.Equal(expected, Compute(new RedirectAction { StatusCode = 301, Scheme = "https" }, authority));

    [Theory]
    [InlineData("reviews", "http://reviews:81/a?b=c")]
    [InlineData("reviews:9080", "http://reviews:81/a?b=c")]
    [InlineData("[::1]:9080", "http://[::1]:81/a?b=c")]
    public void Compute_AnotherPort_TakesThePlaceOfTheOld(string authority, string expected) =>
        Assert.Equal(expected, Compute(new RedirectAction { StatusCode = 301, Port = 81 }, authority));

    [Fact]
    public void Compute_AnotherHost_LosesTheOldPort()
    {
        Assert.Equal("http://other/a?b=c", Compute(new RedirectAction { StatusCode = 301, Host = "other" }, "reviews:9080"));
        Assert.Equal("https://other:444/a?b=c", Compute(new RedirectAction { StatusCode = 301, Host = "other", Port = 444, Scheme = "https" }, "reviews:9080"));
    }

    [Theory]
    [InlineData("/new", false, "/new?b=c")]
    [InlineData("/new", true, "/new")]
    [InlineData("/new?own=1", false, "/new?own=1")]
    [InlineData("/new?own=1", true, "/new?own=1")]
    public void Compute_AnotherPath_KeepsOneQuery(string path, bool strip, string expected) =>
        Assert.Equal($"http://reviews{expected}", Compute(new RedirectAction { StatusCode = 301, Path = path, StripQuery = strip }, "reviews"));

    [Fact]
    public void Compute_StrippedQuery_IsGone() =>
        Assert.Equal("http://reviews/a", Compute(new RedirectAction { StatusCode = 301, StripQuery = true }, "reviews"));

    [Fact]
    public void Compute_Rewrite_IsAppliedToThePath()
    {
        var rewriter = new PathRewriter(new PathRewrite(null, "/z"), new PathMatch(PathMatchKind.Prefix, "/a", IgnoreCase: false));

        Assert.Equal("http://reviews/z/b?b=c", RedirectLocation.Compute(new RedirectAction { StatusCode = 301 }, rewriter, "http", "reviews", "/a/b?b=c"));
    }

    private static string Compute(RedirectAction redirect, string authority) => RedirectLocation.Compute(redirect, null, "http", authority, "/a?b=c");
}
