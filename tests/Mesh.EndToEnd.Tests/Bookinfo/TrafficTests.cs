using System.Diagnostics;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Traffic of the running sample follows the files in its configuration folder.</summary>
[Collection(BookinfoRun.Name)]
public sealed class TrafficTests(BookinfoMesh bookinfo, ITestOutputHelper output)
{
    private static readonly ServedReviews V1 = new("v1", null, null);
    private static readonly ServedReviews V2 = new("v2", "black", null);
    private static readonly ServedReviews V3 = new("v3", "red", null);

    [Fact]
    public async Task Page_OfTheRunningSample_IsWhole()
    {
        var html = await bookinfo.GetPageAsync();

        Assert.Contains("Book Details", html, StringComparison.Ordinal);
        Assert.Contains("Reviews served by: reviews-v", html, StringComparison.Ordinal);
        Assert.Equal(8, bookinfo.ChildIds.Count);
        Assert.All(bookinfo.ChildIds, id => Assert.True(Signals.IsAlive(id)));
    }

    [Fact]
    public async Task Page_WithTheSampleAsItIs_ComesFromAllVersions()
    {
        bookinfo.UseScenarioText("");
        await OnlyAsync("no scenario", "v1 v2 v3");
    }

    [Theory]
    [InlineData("all-v1", "v1")]
    [InlineData("reviews-v3", "v3")]
    [InlineData("reviews-50-v3", "v1 v3")]
    [InlineData("reviews-v2-v3", "v2 v3")]
    [InlineData("reviews-90-10", "v1 v2")]
    public async Task Scenario_OfTheSample_MovesTraffic(string scenario, string versions)
    {
        await UseAsync(BookinfoMesh.SampleScenario(scenario), versions);
    }

    [Theory]
    [InlineData("virtual-service-all-v1", "v1")]
    [InlineData("virtual-service-reviews-v3", "v3")]
    [InlineData("virtual-service-reviews-50-v3", "v1 v3")]
    [InlineData("virtual-service-reviews-80-20", "v1 v2")]
    public async Task Scenario_OfUpstream_MovesTrafficUnmodified(string scenario, string versions)
    {
        var data = Repository.RequireSharedData("bookinfo");

        // Upstream's manifest holds Services, accounts and Deployments, and stands in for ours.
        bookinfo.CopyIn(Path.Combine(data, "platform", "kube", "bookinfo.yaml"));
        bookinfo.CopyIn(Path.Combine(data, "networking", "destination-rule-all.yaml"));
        bookinfo.Remove("services.yaml");
        bookinfo.Remove("destination-rules.yaml");
        try
        {
            await UseAsync(Path.Combine(data, "networking", scenario + ".yaml"), versions);
        }
        finally
        {
            bookinfo.CopyIn(Path.Combine(BookinfoMesh.SampleConfig, "services.yaml"));
            bookinfo.CopyIn(Path.Combine(BookinfoMesh.SampleConfig, "destination-rules.yaml"));
            bookinfo.Remove("bookinfo.yaml");
            bookinfo.Remove("destination-rule-all.yaml");
        }
    }

    [Fact]
    public async Task Split_Of90To10_KeepsItsProportion()
    {
        await UseAsync(BookinfoMesh.SampleScenario("reviews-90-10"), "v1 v2");

        var second = 0;
        for (var i = 0; i < 400; i++)
        {
            second += await bookinfo.GetReviewsAsync() == V2 ? 1 : 0;
        }

        // Five standard deviations of 400 draws at one tenth: the draws are not seeded, and a test must not fail by chance.
        Assert.InRange(second, 40 - 30, 40 + 30);
    }

    [Fact]
    public async Task SignedInUser_ByHeaderRule_GetsAnotherVersion()
    {
        await UseAsync(BookinfoMesh.SampleScenario("reviews-jason-v2-v3"), "v3");

        await bookinfo.SignInAsync("jason");
        try
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(V2, await bookinfo.GetReviewsAsync());
            }

            Assert.Contains("text-black-500", await bookinfo.GetPageAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await bookinfo.SignOutAsync();
        }

        Assert.Equal(V3, await bookinfo.GetReviewsAsync());
    }

    [Fact]
    public async Task SignedInUser_TwoHopsOn_IsStillKnown()
    {
        // Reviews copies no header; that ratings are routed by the user shows that the mesh carried it on.
        bookinfo.UseScenarioText("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: reviews
            spec:
              hosts: [reviews]
              http:
              - route:
                - destination: { host: reviews, subset: v3 }
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: ratings
            spec:
              hosts: [ratings]
              http:
              - match:
                - headers: { end-user: { exact: jason } }
                route:
                - destination: { host: details }
              - route:
                - destination: { host: ratings, subset: v1 }
            """);
        await bookinfo.SignInAsync("jason");
        try
        {
            await ReachAsync(new ServedReviews("v3", null, "Ratings service is currently unavailable"));
        }
        finally
        {
            await bookinfo.SignOutAsync();
        }

        await ReachAsync(V3);
    }

    /// <summary>Puts a scenario in force and waits until exactly its versions answer.</summary>
    private async Task UseAsync(string path, string versions)
    {
        var start = Stopwatch.StartNew();
        bookinfo.UseScenario(path);
        await OnlyAsync(Path.GetFileName(path), versions);
        output.WriteLine($"{Path.GetFileName(path)} in force and seen after {start.ElapsedMilliseconds} ms");
    }

    private async Task OnlyAsync(string scenario, string versions)
    {
        var expected = versions.Split(' ').Select(version => version switch { "v1" => V1, "v2" => V2, _ => V3 }).ToHashSet();
        HashSet<ServedReviews> seen = [];
        await Eventually.ReachesAsync(
            $"{scenario}: answers by {versions} only",
            async () =>
            {
                // Enough for a tenth of the traffic to show up: 0.9^40 is 1.5 %, and then there is another round.
                seen = [];
                for (var i = 0; i < (expected.Count == 1 ? 10 : 40); i++)
                {
                    seen.Add(await bookinfo.GetReviewsAsync());
                }

                return seen.SetEquals(expected);
            },
            () => string.Join(", ", seen),
            cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task ReachAsync(ServedReviews expected)
    {
        ServedReviews? seen = null;
        await Eventually.ReachesAsync(
            expected.ToString(),
            async () => (seen = await bookinfo.GetReviewsAsync()) == expected,
            () => $"{seen}",
            cancellationToken: TestContext.Current.CancellationToken);
    }
}
