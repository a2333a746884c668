using System.Net;
using System.Text.RegularExpressions;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>The product page behaves as upstream's does.</summary>
public sealed partial class ProductPageServiceTests
{
    private const string Details = """{"id":0,"publisher":"PublisherA","pages":200,"type":"paperback","language":"English","ISBN-10":"1234567890"}""";
    private const string NoDetails = "Sorry, product details are currently unavailable for this book.";
    private const string NoReviews = "Sorry, product reviews are currently unavailable for this book.";

    private const string Reviews = """
        {"id":"0","podname":"reviews-v3-abcde","clustername":"null","reviews":[
         {"reviewer":"Reviewer1","text":"Good & <b>bad</b>","rating":{"stars":4,"color":"red"}},
         {"reviewer":"Reviewer2","text":"Fine","rating":{"error":"Ratings service is currently unavailable"}}]}
        """;

    [Fact]
    public async Task Page_OfWholeBackends_ShowsDetailsAndReviews()
    {
        await using var backends = await Backends.StartAsync(Details, Reviews);

        var (status, html) = await backends.Page.GetAsync("/productpage?u=normal");

        Assert.Equal(200, status);
        Assert.Contains("<title>Simple Bookstore App</title>", html, StringComparison.Ordinal);
        Assert.Contains("BookInfo Sample", html, StringComparison.Ordinal);
        Assert.Contains("<h1>The Comedy of Errors</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Book Details", html, StringComparison.Ordinal);
        Assert.Contains("1234567890", html, StringComparison.Ordinal);
        Assert.Contains("Book Reviews", html, StringComparison.Ordinal);
        Assert.Contains("Reviews served by: reviews-v3-abcde<", html, StringComparison.Ordinal);
        Assert.Contains("Ratings service is currently unavailable", html, StringComparison.Ordinal);
        Assert.Equal(4, FilledStar().Count(html));
        Assert.Equal(5, RedStar().Count(html));
        Assert.Contains("Sign in</button>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithMarkupInAReview_EncodesIt()
    {
        await using var backends = await Backends.StartAsync(Details, Reviews);

        var (_, html) = await backends.Page.GetAsync("/productpage");

        Assert.Contains("\"Good &amp; &lt;b&gt;bad&lt;/b&gt;\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfANamedCluster_SaysWhichOne()
    {
        await using var backends = await Backends.StartAsync(Details, Reviews.Replace("\"null\"", "\"east\"", StringComparison.Ordinal));

        var (_, html) = await backends.Page.GetAsync("/productpage");

        Assert.Contains("Reviews served by: reviews-v3-abcde on cluster east", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfBrokenBackends_IsStillAPage()
    {
        await using var backends = await Backends.StartAsync((_, context) => ScriptedBackend.WriteAsync(context, 503, "{}"), (_, context) => ScriptedBackend.WriteAsync(context, 500, "{}"));

        var (status, html) = await backends.Page.GetAsync("/productpage");

        Assert.Equal(200, status);
        Assert.Contains("Error fetching product details", html, StringComparison.Ordinal);
        Assert.Contains(NoDetails, html, StringComparison.Ordinal);
        Assert.Contains("Error fetching product reviews", html, StringComparison.Ordinal);
        Assert.Contains(NoReviews, html, StringComparison.Ordinal);
        Assert.Single(backends.Details.Requests);
        Assert.Equal(2, backends.Reviews.Requests.Count);
    }

    [Fact]
    public async Task Page_WhenReviewsFailOnce_TriesAgain()
    {
        await using var backends = await Backends.StartAsync(
            (_, context) => ScriptedBackend.WriteAsync(context, 200, Details),
            (number, context) => ScriptedBackend.WriteAsync(context, number == 1 ? 503 : 200, Reviews));

        var (_, html) = await backends.Page.GetAsync("/productpage");

        Assert.Contains("Book Reviews", html, StringComparison.Ordinal);
        Assert.Contains("request_result_total{destination_app=\"reviews\",response_code=\"200\"} 1\n", (await backends.Page.GetAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WhenDetailsAreSilent_GivesUpAfterThreeSeconds()
    {
        await using var backends = await Backends.StartAsync(
            (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            (_, context) => ScriptedBackend.WriteAsync(context, 200, Reviews));

        var start = TimeProvider.System.GetTimestamp();
        var (_, html) = await backends.Page.GetAsync("/productpage");

        Assert.Contains(NoDetails, html, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 2.9, 7);
    }

    [Fact]
    public async Task Page_OfTheFloodingVersion_AsksReviewsMoreOften()
    {
        await using var backends = await Backends.StartAsync(Details, Reviews, ("FLOOD_FACTOR", "10"));

        await backends.Page.GetAsync("/productpage");

        Assert.Equal(11, backends.Reviews.Requests.Count);
    }

    [Theory]
    [InlineData("/api/v1/products/0", 555, $$"""{"error":"{{NoDetails}}"}""")]
    [InlineData("/api/v1/products/0/reviews", 200, """{"podname":"p"}""")]
    [InlineData("/api/v1/products/0/ratings", 500, """{"error":"Sorry, product ratings are currently unavailable for this book."}""")]
    [InlineData("/health", 200, "Product page is healthy")]
    public async Task Get_OfTheInterface_PassesStatusAndBodyOn(string path, int status, string text)
    {
        await using var backends = await Backends.StartAsync(
            (_, context) => ScriptedBackend.WriteAsync(context, 555, "fault filter abort"),
            (_, context) => ScriptedBackend.WriteAsync(context, 200, """{"podname":"p"}"""));

        Assert.Equal((status, text), await backends.Page.GetAsync(path));
    }

    [Fact]
    public async Task Products_Always_ListTheOneBook()
    {
        await using var page = await Services.ProductPageAsync();

        var products = (await page.GetJsonAsync("/api/v1/products")).AsArray();

        var product = Assert.Single(products)!;
        Assert.Equal(0, (int)product["id"]!);
        Assert.Equal("The Comedy of Errors", (string?)product["title"]);
        Assert.Contains("Wikipedia Summary", (string?)product["descriptionHtml"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Always_LinksToBothUsers()
    {
        await using var page = await Services.ProductPageAsync();

        foreach (var path in (string[])["/", "/index.html"])
        {
            var (status, html) = await page.GetAsync(path);
            Assert.Equal(200, status);
            Assert.Contains("<a href=\"/productpage?u=normal\">Normal user</a>", html, StringComparison.Ordinal);
            Assert.Contains("<a href=\"/productpage?u=test\">Test user</a>", html, StringComparison.Ordinal);
            Assert.Contains("http://ratings:9080", html, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await page.GetAsync("/static/bookinfo.css")).Status);
    }

    [Fact]
    public async Task Login_OfAUser_IsTheirsUntilLogout()
    {
        await using var backends = await Backends.StartAsync(Details, Reviews);
        var client = backends.Page.Client;

        using var login = await LoginAsync(client, "jason");
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.Equal("/productpage?u=test", login.Headers.Location?.OriginalString);
        var html = (await backends.Page.GetAsync("/productpage")).Text;
        Assert.Contains("jason</span><a href=\"logout\">Sign out</a>", html, StringComparison.Ordinal);
        Assert.All([.. backends.Details.Requests, .. backends.Reviews.Requests], headers => Assert.Equal("jason", headers["end-user"]));

        using var logout = await client.GetAsync("/logout", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, logout.StatusCode);
        Assert.Contains("Sign in</button>", (await backends.Page.GetAsync("/productpage")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("end-user", backends.Details.Requests[^1].Keys);
    }

    [Theory]
    [InlineData("cookie", "session=jason")]
    [InlineData("end-user", "jason")]
    public async Task Page_WithAForgedUser_KnowsNobody(string header, string value)
    {
        await using var backends = await Backends.StartAsync(Details, Reviews);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/productpage");
        request.Headers.Add(header, value);

        using var response = await backends.Page.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains("Sign in</button>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("end-user", backends.Reviews.Requests[^1].Keys);
    }

    private static async Task<HttpResponseMessage> LoginAsync(HttpClient client, string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent([new("username", user), new("passwd", "")]),
        };
        request.Headers.Referrer = new Uri("/productpage?u=test", UriKind.Relative);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("glyphicon glyphicon-star")]
    private static partial Regex FilledStar();

    [GeneratedRegex("class=\"text-red-500\">[★☆]|class=\"text-red-500\">&#x")]
    private static partial Regex RedStar();

    /// <summary>The product page between two scripted backends.</summary>
    private sealed record Backends(RunningService Page, ScriptedBackend Details, ScriptedBackend Reviews) : IAsyncDisposable
    {
        public static Task<Backends> StartAsync(string details, string reviews, params (string Name, string Value)[] environment) => StartAsync(
            (_, context) => ScriptedBackend.WriteAsync(context, 200, details),
            (_, context) => ScriptedBackend.WriteAsync(context, 200, reviews),
            environment);

        public static async Task<Backends> StartAsync(
            Func<int, Microsoft.AspNetCore.Http.HttpContext, Task> details,
            Func<int, Microsoft.AspNetCore.Http.HttpContext, Task> reviews,
            params (string Name, string Value)[] environment)
        {
            var detailsBackend = await ScriptedBackend.StartAsync(details);
            var reviewsBackend = await ScriptedBackend.StartAsync(reviews);
            var page = await Services.ProductPageAsync(
            [
                .. environment,
                .. Services.Backend("details", detailsBackend.Address),
                .. Services.Backend("reviews", reviewsBackend.Address),
                .. Services.Backend("ratings", new Uri("http://127.0.0.1:1")),
            ]);
            return new Backends(page, detailsBackend, reviewsBackend);
        }

        public async ValueTask DisposeAsync()
        {
            await Page.DisposeAsync();
            await Details.DisposeAsync();
            await Reviews.DisposeAsync();
        }
    }
}
