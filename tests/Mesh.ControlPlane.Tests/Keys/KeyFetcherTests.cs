using System.Globalization;
using System.Net;
using Mesh.ControlPlane.Keys;
using Mesh.Protocol.Jwt;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;

namespace Mesh.ControlPlane.Tests.Keys;

public sealed class KeyFetcherTests
{
    private const string Keys = """{"keys":[]}""";

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_KeySet_IsItsText()
    {
        await using var site = await IssuerSite.StartAsync((_, context) => context.Response.WriteAsync(Keys, Token));
        using var fetcher = Fetcher("127.0.0.1");

        Assert.Equal(FetchedKeys.Of(Keys), await fetcher.FetchAsync(At(site), LongEnough, Token));
    }

    [Fact]
    public async Task Fetch_Discovery_FollowsTheIssuersDocument()
    {
        await using var site = await IssuerSite.StartAsync((self, context) => context.Response.WriteAsync(
            context.Request.Path == "/realm/.well-known/openid-configuration" ? $$"""{"jwks_uri":"{{self.Address}}keys"}""" : Keys, Token));
        using var fetcher = Fetcher("127.0.0.1");
        var location = KeyLocation.Of(new() { Issuer = $"{site.Address}realm/" });

        Assert.Equal(Keys, (await fetcher.FetchAsync(location, LongEnough, Token)).Text);
        Assert.Equal(2, site.Requests);
    }

    [Theory]
    [InlineData("http://{0}:{1}/")]
    [InlineData("http://localhost:{1}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{1}/")]
    [InlineData("http://2130706433:{1}/")]
    [InlineData("http://0x7f.1:{1}/")]
    public async Task S47_LoopbackInAnySpelling_IsNeverAsked(string format)
    {
        await using var site = await IssuerSite.StartAsync((_, context) => context.Response.WriteAsync(Keys, Token));
        using var fetcher = Fetcher("");
        var uri = string.Format(CultureInfo.InvariantCulture, format, site.Address.Host, site.Address.Port);

        var keys = await fetcher.FetchAsync(new KeyLocation(uri, IsDiscovery: false), LongEnough, Token);

        Assert.Null(keys.Text);
        Assert.Equal(0, site.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/keys")]
    [InlineData("gopher://example.com/")]
    [InlineData("data:application/json,{}")]
    [InlineData("keys")]
    public async Task S47_OtherScheme_IsRefused(string uri)
    {
        using var fetcher = Fetcher("");

        Assert.Contains("expected a URL with scheme http or https", (await fetcher.FetchAsync(new KeyLocation(uri, false), LongEnough, Token)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S47_DnsRebinding_GetsNoSecondAnswer()
    {
        await using var site = await IssuerSite.StartAsync((_, context) => context.Response.WriteAsync(Keys, Token));
        var answers = 0;
        using var fetcher = new KeyFetcher(new AddressGuard([], ["203.0.113.7/32"]), TimeProvider.System, (_, _) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref answers) == 1 ? "169.254.169.254" : "127.0.0.1")]));

        var first = await fetcher.FetchAsync(new KeyLocation($"http://rebind.example.com:{site.Address.Port}/", false), LongEnough, Token);
        var second = await fetcher.FetchAsync(new KeyLocation($"http://rebind.example.com:{site.Address.Port}/", false), LongEnough, Token);

        Assert.Contains("169.254.169.254, which is not public", first.Problem, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1, which is not public", second.Problem, StringComparison.Ordinal);
        Assert.Equal((2, 0), (answers, site.Requests));
    }

    [Fact]
    public async Task S47_NameWithPublicAndPrivateAddresses_IsAskedAtTheCheckedOneOnly()
    {
        await using var site = await IssuerSite.StartAsync((_, context) => context.Response.WriteAsync(Keys, Token));
        using var fetcher = new KeyFetcher(
            new AddressGuard([], ["127.0.0.1/32"]), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));

        Assert.Equal(Keys, (await fetcher.FetchAsync(new KeyLocation($"http://keys.example.com:{site.Address.Port}/", false), LongEnough, Token)).Text);
    }

    [Fact]
    public async Task S47_RedirectToAnAddressThatIsNotAllowed_IsNotFollowed()
    {
        await using var secret = await IssuerSite.StartAsync((_, context) => context.Response.WriteAsync(Keys, Token));
        await using var site = await IssuerSite.StartAsync((_, context) =>
        {
            context.Response.Redirect($"http://localhost:{secret.Address.Port}/latest/meta-data");
            return Task.CompletedTask;
        });
        using var fetcher = Fetcher($"127.0.0.1:{site.Address.Port}");

        Assert.Contains("not public", (await fetcher.FetchAsync(At(site), LongEnough, Token)).Problem, StringComparison.Ordinal);
        Assert.Equal(0, secret.Requests);
    }

    [Fact]
    public async Task S47_EndlessRedirects_End()
    {
        await using var site = await IssuerSite.StartAsync((_, context) =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var fetcher = Fetcher("127.0.0.1");

        Assert.Contains("more than 3 redirects", (await fetcher.FetchAsync(At(site), LongEnough, Token)).Problem, StringComparison.Ordinal);
        Assert.Equal(4, site.Requests);
    }

    [Theory]
    [InlineData(500, "answered 500")]
    [InlineData(204, "answered 204")]
    public async Task Fetch_OtherStatus_IsAProblem(int status, string expected)
    {
        await using var site = await IssuerSite.StartAsync((_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var fetcher = Fetcher("127.0.0.1");

        Assert.Contains(expected, (await fetcher.FetchAsync(At(site), LongEnough, Token)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    public async Task Fetch_AnswerThatIsNoKeySet_IsAProblem(string answer)
    {
        await using var site = await IssuerSite.StartAsync((_, context) => context.Response.WriteAsync(answer, Token));
        using var fetcher = Fetcher("127.0.0.1");

        Assert.Contains("the key set is not", (await fetcher.FetchAsync(At(site), LongEnough, Token)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_HugeAnswer_IsCutOff()
    {
        await using var site = await IssuerSite.StartAsync((_, context) => context.Response.Body.WriteAsync(new byte[JsonWebKeySet.MaxLength + 1], Token).AsTask());
        using var fetcher = Fetcher("127.0.0.1");

        Assert.NotNull((await fetcher.FetchAsync(At(site), LongEnough, Token)).Problem);
    }

    [Fact]
    public async Task Fetch_SilentIssuer_EndsInTime()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await IssuerSite.StartAsync(async (_, context) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var fetcher = new KeyFetcher(new AddressGuard(["127.0.0.1"], []), time);

        var fetch = fetcher.FetchAsync(At(site), TimeSpan.FromSeconds(5), Token);
        await asked.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("no answer within 5 s", (await fetch).Problem);
    }

    private static KeyFetcher Fetcher(string allowedHost) => new(new AddressGuard(allowedHost.Length > 0 ? [allowedHost] : [], []), TimeProvider.System);

    private static KeyLocation At(IssuerSite site) => new(site.Address.ToString(), IsDiscovery: false);
}
