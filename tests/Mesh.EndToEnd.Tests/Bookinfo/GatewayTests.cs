using System.Net;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Bookinfo from outside: through the ingress gateway, by Istio's own bookinfo-gateway.yaml as it is.</summary>
[Collection(BookinfoRun.Name)]
public sealed class GatewayTests(BookinfoMesh bookinfo)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Config_OfTheSample_IsIstiosOwn()
    {
        var upstream = Path.Combine(Repository.RequireSharedData("bookinfo"), "networking", "bookinfo-gateway.yaml");

        Assert.Equal(File.ReadAllText(upstream), File.ReadAllText(Path.Combine(BookinfoMesh.SampleConfig, "bookinfo-gateway.yaml")));
    }

    [Fact]
    public async Task Page_ThroughTheGateway_IsWhole()
    {
        using var client = NewClient();

        var html = await client.GetStringAsync("productpage?u=normal", Cancellation);

        Assert.Contains("Book Details", html, StringComparison.Ordinal);
        Assert.Contains("Book Reviews", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Error fetching", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/productpage", HttpStatusCode.OK)]
    [InlineData("/api/v1/products", HttpStatusCode.OK)]
    [InlineData("/api/v1/products/0", HttpStatusCode.OK)]
    [InlineData("/", HttpStatusCode.NotFound)]
    [InlineData("/productpage/", HttpStatusCode.NotFound)]
    [InlineData("/health", HttpStatusCode.NotFound)]
    [InlineData("/static/../health", HttpStatusCode.NotFound)]
    public async Task Path_OfARequest_IsThereWhenTheVirtualServiceSaysSo(string path, HttpStatusCode status)
    {
        using var client = NewClient();

        using var response = await client.GetAsync(new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), Cancellation);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task SignIn_ThroughTheGateway_BringsJasonsBlackStars()
    {
        bookinfo.UseScenario(BookinfoMesh.SampleScenario("reviews-jason-v2"));
        using var client = NewClient();
        using var login = new HttpRequestMessage(HttpMethod.Post, "login") { Content = new FormUrlEncodedContent([new("username", "jason"), new("passwd", "any")]) };
        login.Headers.Referrer = new Uri(bookinfo.OutsidePage);
        using var response = await client.SendAsync(login, Cancellation);
        response.EnsureSuccessStatusCode();
        using var stranger = NewClient();

        // Without the rule each of them would see each version in turn.
        await Eventually.ReachesAsync(
            "jason sees black stars each time, and a stranger none",
            async () => await SeesAsync(client, isBlack: true) && await SeesAsync(stranger, isBlack: false),
            cancellationToken: Cancellation);
        bookinfo.Remove("scenario.yaml");
    }

    private static async Task<bool> SeesAsync(HttpClient user, bool isBlack)
    {
        for (var view = 0; view < 6; view++)
        {
            if ((await user.GetStringAsync("productpage", Cancellation)).Contains("text-black-500", StringComparison.Ordinal) != isBlack)
            {
                return false;
            }
        }

        return true;
    }

    private HttpClient NewClient() =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(new Uri(bookinfo.OutsidePage), "/") };
}
