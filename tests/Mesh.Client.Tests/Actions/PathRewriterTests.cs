using Mesh.Client.Actions;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Actions;

public sealed class PathRewriterTests
{
    [Theory]
    [InlineData("/api", "/v2", "/api/users?id=1", "/v2/users?id=1")]
    [InlineData("/api", "/v2", "/api", "/v2")]
    [InlineData("/api", "/v2", "/apixyz", "/v2xyz")]
    [InlineData("/api/", "/", "/api/users", "/users")]
    [InlineData("/", "/new", "/x", "/newx")]
    [InlineData("/API", "/v2", "/api/a%2Fb", "/v2/a%2Fb")]
    [InlineData("/api", "v2", "/api/users", "/v2/users")]
    public void Rewrite_OfAPrefix_ReplacesWhatMatched(string prefix, string replacement, string path, string expected) =>
        Assert.Equal(expected, Rewrite(PathMatchKind.Prefix, prefix, new PathRewrite(null, replacement), path));

    [Theory]
    [InlineData(PathMatchKind.Exact, "/old", "/old?q=1", "/new?q=1")]
    [InlineData(PathMatchKind.Regex, "/o.*", "/old/deep?q=1", "/new?q=1")]
    internal void Rewrite_OfAWholePath_KeepsTheQuery(PathMatchKind kind, string value, string path, string expected) =>
        Assert.Equal(expected, Rewrite(kind, value, new PathRewrite(null, "/new"), path));

    [Theory]
    [InlineData("^/service/([^/]+)(/.*)$", "\\2/instance/\\1", "/service/foo/v1/api?x=1", "/v1/api/instance/foo?x=1")]
    [InlineData("one", "two", "/xxx/one/yyy/one/zzz", "/xxx/two/yyy/two/zzz")]
    [InlineData("^(.*?)one(.*)$", "\\1two\\2", "/xxx/one/yyy/one/zzz", "/xxx/two/yyy/one/zzz")]
    [InlineData("(?i)/xxx/", "/yyy/", "/aaa/XxX/bbb", "/aaa/yyy/bbb")]
    [InlineData("/old", "/new", "/other?/old", "/other?/old")]
    [InlineData("^/", "", "/x", "/x")]
    [InlineData(".*", "", "/x?q", "/?q")]
    public void Rewrite_ByPattern_IsEnvoysDocumentedResult(string pattern, string substitution, string path, string expected) =>
        Assert.Equal(expected, Rewrite(PathMatchKind.Prefix, "/", new PathRewrite(pattern, substitution), path));

    private static string Rewrite(PathMatchKind kind, string value, PathRewrite rewrite, string path) =>
        new PathRewriter(rewrite, new PathMatch(kind, value, IgnoreCase: true)).Rewrite(path);
}
