using Mesh.Testing;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Bookinfo as a person sees it: a browser at the ingress gateway.</summary>
[Collection(BookinfoRun.Name)]
public sealed class BrowserTests(BookinfoMesh bookinfo)
{
    private const string Reviews = "document.body.innerText.includes('Book Reviews')";
    private const string BlackStars = "document.querySelectorAll('.text-black-500').length > 0";

    private const string NoStars = $"{Reviews} && document.querySelectorAll('.text-black-500, .text-red-500').length === 0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task SignIn_ByTheFormOfThePage_BringsJasonBlackStarsAndStrangersNone()
    {
        Peer.Chromium.Require();
        bookinfo.UseScenario(BookinfoMesh.SampleScenario("reviews-jason-v2"));
        try
        {
            await using var browser = new Browser();
            await using var jason = await browser.OpenAsync(Cancellation);
            await jason.GoAsync(bookinfo.OutsidePage, Cancellation);
            await jason.WaitAsync(Reviews, Cancellation);

            await jason.ClickAsync("button[popovertarget=login]", Cancellation);
            await jason.TypeAsync("#login input[name=username]", "jason", Cancellation);
            await jason.TypeAsync("#login input[name=passwd]", "any", Cancellation);
            await jason.ClickAsync("#login button[type=submit]", Cancellation);
            await jason.WaitAsync("document.querySelector('.user')?.innerText === 'jason'", Cancellation);

            // The rule that sends him there may be on its way still: without it each sees each version in turn.
            await using var stranger = await browser.OpenAsync(Cancellation);
            await Eventually.ReachesAsync(
                "jason sees black stars each time, and a stranger none",
                async () => await ShowsAsync(jason, BlackStars) && await ShowsAsync(jason, BlackStars) && await ShowsAsync(jason, BlackStars)
                    && await ShowsAsync(stranger, NoStars) && await ShowsAsync(stranger, NoStars) && await ShowsAsync(stranger, NoStars),
                cancellationToken: Cancellation);
        }
        finally
        {
            bookinfo.Remove("scenario.yaml");
        }
    }

    private async Task<bool> ShowsAsync(BrowserPage page, string expression)
    {
        await page.GoAsync(bookinfo.OutsidePage, Cancellation);
        return (await page.EvaluateAsync(expression, Cancellation))?.GetValueKind() is System.Text.Json.JsonValueKind.True;
    }
}
