using System.Net.Http.Headers;
using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Client.Tests.Routing;

public sealed class RouteTableTests
{
    [Theory]
    [InlineData(nameof(PathMatchKind.Prefix), "/reviews", false, "/reviews/1?x=1", true)]
    [InlineData(nameof(PathMatchKind.Prefix), "/reviews", false, "/Reviews/1", false)]
    [InlineData(nameof(PathMatchKind.Prefix), "/reviews", true, "/Reviews/1", true)]
    [InlineData(nameof(PathMatchKind.Prefix), "/", false, "/", true)]
    [InlineData(nameof(PathMatchKind.Exact), "/a", false, "/a?b=c", true)]
    [InlineData(nameof(PathMatchKind.Exact), "/a", false, "/a/", false)]
    [InlineData(nameof(PathMatchKind.Exact), "/a%20b", false, "/a b", true)]
    [InlineData(nameof(PathMatchKind.SeparatedPrefix), "/api", false, "/api", true)]
    [InlineData(nameof(PathMatchKind.SeparatedPrefix), "/api", false, "/api/x", true)]
    [InlineData(nameof(PathMatchKind.SeparatedPrefix), "/api", false, "/apix", false)]
    [InlineData(nameof(PathMatchKind.Regex), "/v[0-9]+/.*", false, "/v12/x", true)]
    [InlineData(nameof(PathMatchKind.Regex), "/v[0-9]+", false, "/v12/x", false)]
    [InlineData(nameof(PathMatchKind.Regex), "^/a.*", false, "/abc", true)]
    [InlineData(nameof(PathMatchKind.Regex), "^/a.*", false, "/b/a", false)]
    [InlineData(nameof(PathMatchKind.Regex), "/plain", false, "/plain", true)]
    [InlineData(nameof(PathMatchKind.Regex), "/plain", false, "/plainer", false)]
    public void Find_ByPath_FollowsEnvoy(string kind, string value, bool ignoreCase, string target, bool matches)
    {
        var match = new RouteMatch { Path = new PathMatch(Enum.Parse<PathMatchKind>(kind), value, ignoreCase) };

        Assert.Equal(matches, Matches(match, Get(target)));
    }

    [Theory]
    [InlineData("jason", true)]
    [InlineData("Jason", false)]
    [InlineData("jasonx", false)]
    [InlineData(null, false)]
    public void Find_ByHeaderValue_MatchesExactly(string? value, bool matches)
    {
        Assert.Equal(matches, Matches(Header(Exact("end-user", "jason")), Get("/", ("end-user", value))));
    }

    [Theory]
    [InlineData("jason", false)]
    [InlineData("other", true)]
    [InlineData(null, true)]
    public void Find_ByInvertedHeader_HoldsAlsoWithoutIt(string? value, bool matches)
    {
        Assert.Equal(matches, Matches(Header(Exact("end-user", "jason", invert: true)), Get("/", ("end-user", value))));
    }

    [Theory]
    [InlineData(true, false, "x", true)]
    [InlineData(true, false, null, false)]
    [InlineData(true, true, null, true)]
    [InlineData(false, false, null, true)]
    [InlineData(false, false, "x", false)]
    public void Find_ByPresence_LooksForTheHeaderOnly(bool present, bool invert, string? value, bool matches)
    {
        var header = new HeaderMatch("x-a", HeaderMatchKind.Present, invert) { Present = present };

        Assert.Equal(matches, Matches(Header(header), Get("/", ("x-a", value))));
    }

    [Theory]
    [InlineData("9", false)]
    [InlineData("10", true)]
    [InlineData("19", true)]
    [InlineData("20", false)]
    [InlineData("-5", false)]
    [InlineData("1x", false)]
    [InlineData(null, false)]
    public void Find_ByRange_IsHalfOpen(string? value, bool matches)
    {
        var header = new HeaderMatch("x-n", HeaderMatchKind.Range, Invert: false) { RangeStart = 10, RangeEnd = 20 };

        Assert.Equal(matches, Matches(Header(header), Get("/", ("x-n", value))));
    }

    [Fact]
    public void Find_WithMissingHeaderTreatedAsEmpty_ComparesTheEmptyText()
    {
        Assert.True(Matches(Header(Exact("x-a", "") with { TreatMissingAsEmpty = true }), Get("/")));
        Assert.False(Matches(Header(Exact("x-a", "")), Get("/")));
    }

    [Fact]
    public void Find_WithSeveralValues_JoinsThemByComma()
    {
        var request = Get("/", ("x-a", "1"), ("x-a", "2"));

        Assert.True(Matches(Header(Exact("x-a", "1,2")), request));
    }

    [Theory]
    [InlineData(":method", "GET")]
    [InlineData(":scheme", "http")]
    [InlineData(":authority", "reviews:9080")]
    [InlineData(":path", "/a?b=c")]
    [InlineData("host", "reviews:9080")]
    public void Find_ByPseudoHeader_ReadsTheRequestLine(string name, string value)
    {
        Assert.True(Matches(Header(Exact(name, value)), Get("/a?b=c")));
    }

    [Fact]
    public void Find_ByAuthority_PrefersTheHostHeader()
    {
        var request = Get("/");
        request.Headers.Host = "other";

        Assert.True(Matches(Header(Exact(":authority", "other")), request));
    }

    [Fact]
    public void Find_ByContentHeader_ReadsTheBodysHeaders()
    {
        var request = Get("/");
        request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));

        Assert.True(Matches(Header(Exact("content-type", "application/json")), request));
    }

    [Theory]
    [InlineData("application/grpc", false)]
    [InlineData("application/grpc+proto", false)]
    [InlineData("text/plain", true)]
    public void Find_ByBinaryHeader_NeverMatchesForGrpc(string contentType, bool matches)
    {
        var request = Get("/", ("x-bin", "AA"));
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };

        Assert.Equal(matches, Matches(Header(Exact("x-bin", "AA")), request));
    }

    [Theory]
    [InlineData("/?a=1", true)]
    [InlineData("/?b=2&a=1", true)]
    [InlineData("/?%61=1", true)]
    [InlineData("/?a=%31", true)]
    [InlineData("/?a=2&a=1", false)]
    [InlineData("/?a", false)]
    [InlineData("/?aa=1", false)]
    [InlineData("/", false)]
    public void Find_ByQueryParameter_ReadsTheFirstOfTheName(string target, bool matches)
    {
        var match = Any() with { QueryParameters = [new QueryParameterMatch("a", new StringMatch(StringMatchKind.Exact, "1", false))] };

        Assert.Equal(matches, Matches(match, Get(target)));
    }

    [Theory]
    [InlineData("/?a", true)]
    [InlineData("/?a=", true)]
    [InlineData("/?b=a", false)]
    public void Find_ByQueryParameterPresence_IgnoresTheValue(string target, bool matches)
    {
        Assert.Equal(matches, Matches(Any() with { QueryParameters = [new QueryParameterMatch("a", null)] }, Get(target)));
    }

    [Fact]
    public void Find_WithAFraction_MatchesThatShare()
    {
        var table = Table(Any() with { FractionPerMillion = 250_000 });
        var random = new Random(7);
        var request = Get("/");

        var hits = Enumerable.Range(0, 10_000).Count(_ => table.Find(request, random) == 0);

        Assert.InRange(hits, 2370, 2630);
    }

    [Fact]
    public void Find_WithSeveralRoutes_TakesTheFirstThatMatches()
    {
        var table = Table(Header(Exact("end-user", "jason")), Any(), Any());

        Assert.Equal(0, table.Find(Get("/", ("end-user", "jason")), new Random(1)));
        Assert.Equal(1, table.Find(Get("/"), new Random(1)));
    }

    [Fact]
    public void Find_WithoutAMatch_IsMinusOne()
    {
        Assert.Equal(-1, Table(Header(Exact("end-user", "jason"))).Find(Get("/"), new Random(1)));
    }

    [Fact]
    public void Find_WithPlainConditions_AllocatesNothing()
    {
        var table = Table(
            Header(Exact("end-user", "jason")),
            Any() with { QueryParameters = [new QueryParameterMatch("a", new StringMatch(StringMatchKind.Exact, "9", false))] },
            Any());
        var request = Get("/x?a=1", ("end-user", "other"));
        var random = new Random(1);
        table.Find(request, random);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            table.Find(request, random);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Matches(RouteMatch match, HttpRequestMessage request) => Table(match).Find(request, new Random(1)) == 0;

    private static RouteTable Table(params RouteMatch[] matches) =>
        new(new VirtualHost("test", ["*"], [.. matches.Select(match => new Route("r", match, new UnsupportedAction("none")))]));

    private static RouteMatch Any() => new() { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) };

    private static RouteMatch Header(HeaderMatch header) => Any() with { Headers = [header] };

    private static HeaderMatch Exact(string name, string value, bool invert = false) =>
        new(name, HeaderMatchKind.Value, invert) { Value = new StringMatch(StringMatchKind.Exact, value, IgnoreCase: false) };

    private static HttpRequestMessage Get(string target, params (string Name, string? Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews:9080" + target);
        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
