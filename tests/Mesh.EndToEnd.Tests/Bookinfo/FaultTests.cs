using System.Diagnostics;
using System.Net;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Injected faults give the pages that the upstream tasks describe; each user meets another fault, all at one time.</summary>
[Collection(BookinfoRun.Name)]
public sealed class FaultTests(BookinfoMesh bookinfo)
{
    private const string NoReviews = "Sorry, product reviews are currently unavailable for this book.";
    private const string NoRatings = "Ratings service is currently unavailable";
    private const string NoDetails = "Sorry, product details are currently unavailable for this book.";

    private const string Scenario = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: ratings }
        spec:
          hosts: [ratings]
          http:
          - match: [{ headers: { end-user: { regex: "jason|joan" } } }]
            fault: { delay: { percentage: { value: 100 }, fixedDelay: 7s } }
            route: [{ destination: { host: ratings, subset: v1 } }]
          - match: [{ headers: { end-user: { regex: "jill|jim" } } }]
            fault: { delay: { percentage: { value: 100 }, fixedDelay: 2s } }
            route: [{ destination: { host: ratings, subset: v1 } }]
          - match: [{ headers: { end-user: { exact: jack } } }]
            fault: { abort: { percentage: { value: 100 }, httpStatus: 500 } }
            route: [{ destination: { host: ratings, subset: v1 } }]
          - route: [{ destination: { host: ratings, subset: v1 } }]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: reviews }
        spec:
          hosts: [reviews]
          http:
          - match: [{ headers: { end-user: { exact: jim } } }]
            timeout: 0.5s
            route: [{ destination: { host: reviews, subset: v2 } }]
          - match: [{ headers: { end-user: { regex: "joan|jill" } } }]
            route: [{ destination: { host: reviews, subset: v3 } }]
          - route: [{ destination: { host: reviews, subset: v2 } }]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: details }
        spec:
          hosts: [details]
          http:
          - match: [{ headers: { end-user: { exact: dora } } }]
            fault: { abort: { percentage: { value: 100 }, httpStatus: 555 } }
            route: [{ destination: { host: details } }]
          - route: [{ destination: { host: details } }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Pages_OfUsersWithFaults_AreAsUpstreamDescribesThem()
    {
        bookinfo.UseScenarioText(Scenario);
        using var ready = await SignInAsync("jack");
        var seen = "";
        await Eventually.ReachesAsync(
            "the abort is in force",
            async () => (seen = await ready.GetStringAsync(bookinfo.Page, Cancellation)).Contains(NoRatings, StringComparison.Ordinal),
            () => seen,
            cancellationToken: Cancellation);

        var pages = await Task.WhenAll(PageAsync("jason"), PageAsync("joan"), PageAsync("jill"), PageAsync("jim"), PageAsync("jack"), PageAsync("dora"));

        Has(pages[0], NoReviews);
        Assert.InRange(pages[0].Took.TotalSeconds, 5.9, 30);
        Has(pages[1], NoRatings);
        Assert.DoesNotContain(NoReviews, pages[1].Html, StringComparison.Ordinal);
        Has(pages[2], "text-red-500");
        Has(pages[3], NoReviews);
        Assert.InRange(pages[3].Took.TotalSeconds, 0.9, 30);
        Has(pages[4], NoRatings);
        Has(pages[5], "Error fetching product details");
        Has(pages[5], NoDetails);
        Has(pages[5], "text-black-500");
    }

    private static void Has((string Html, TimeSpan Took) page, string text) => Assert.Contains(text, page.Html, StringComparison.Ordinal);

    private async Task<(string Html, TimeSpan Took)> PageAsync(string user)
    {
        using var client = await SignInAsync(user);
        var start = Stopwatch.StartNew();
        var html = await client.GetStringAsync(bookinfo.Page, Cancellation);
        return (html, start.Elapsed);
    }

    private async Task<HttpClient> SignInAsync(string user)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(bookinfo.Page), "/login"))
        {
            Content = new FormUrlEncodedContent([new("username", user), new("passwd", "any")]),
        };
        request.Headers.Referrer = new Uri(new Uri(bookinfo.Page), "/health");
        using var response = await client.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
        return client;
    }
}
