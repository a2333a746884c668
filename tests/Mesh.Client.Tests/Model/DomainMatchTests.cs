using Mesh.Client.Model;

namespace Mesh.Client.Tests.Model;

public sealed class DomainMatchTests
{
    [Theory]
    [InlineData("a.b.c", 80, "exact")]
    [InlineData("A.B.C", 80, "exact")]
    [InlineData("x.b.c", 80, "long suffix")]
    [InlineData("x.y.c", 80, "short suffix")]
    [InlineData("a.b.x", 80, "long prefix")]
    [InlineData("a.x", 80, "short prefix")]
    [InlineData("x", 80, "any")]
    [InlineData("ported", 81, "with port")]
    [InlineData("ported", 80, "without port")]
    [InlineData(".c", 80, "any")]
    public void Find_SeveralDomainsMatch_TakesTheMostSpecific(string host, int port, string expected)
    {
        var routes = new RouteConfiguration(
            "r",
            [
                Host("any", "*"),
                Host("short prefix", "a.*"),
                Host("long prefix", "a.b.*"),
                Host("short suffix", "*.c"),
                Host("long suffix", "*.b.c"),
                Host("exact", "other", "a.b.c"),
                Host("without port", "ported"),
                Host("with port", "ported:81"),
            ]);

        Assert.Equal(expected, DomainMatch.Find(routes, new Authority(host, port))?.Name);
    }

    [Fact]
    public void Find_NoDomainMatches_IsNull() =>
        Assert.Null(DomainMatch.Find(new RouteConfiguration("r", [Host("v", "a.b")]), new Authority("c", 80)));

    private static VirtualHost Host(string name, params string[] domains) => new(name, [.. domains], []);
}
