using System.Net.Http.Headers;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Mesh.Testing.Jwt;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>An issuer that changes its keys without a word: the workload that meets the first new token has the control plane ask again.</summary>
public sealed class IssuerKeysTests
{
    private const string Issuer = "https://issuer.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S83_TokenOfANewKey_IsGoodSoonAndAFloodOfUnknownKeysAsksTheIssuerOnce()
    {
        using TokenIssuer former = new(keyId: "former"), next = new(keyId: "next"), nobody = new(keyId: "nobody");
        var (keys, asked) = (former.KeySet, 0);
        await using var site = await StartSiteAsync(() =>
        {
            Interlocked.Increment(ref asked);
            return Volatile.Read(ref keys);
        });
        await using var mesh = await InProcessMesh.StartAsync(Resources(site.Urls.First()), Cancellation, configure: options => options.JwksAllowedNetworks.Add("127.0.0.0/8"));
        var server = await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "ok"), Cancellation, mesh.SettingsOf("reviews"));
        using var client = new HttpClient { BaseAddress = new Uri(server.App.Urls.First()) };
        await Eventually.ReachesAsync("the policy is known", async () => await StatusAsync(client, "no token") == 401, cancellationToken: Cancellation);
        await ReachesAsync(client, former, 200);

        Volatile.Write(ref keys, next.KeySet);
        Assert.Equal(401, await StatusAsync(client, next));
        await ReachesAsync(client, next, 200);
        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(401, await StatusAsync(client, nobody));
        }

        Assert.Equal(401, await StatusAsync(client, former));
        Assert.Equal(2, Volatile.Read(ref asked));
    }

    private static Task<int> StatusAsync(HttpClient client, TokenIssuer issuer) =>
        StatusAsync(client, issuer.Token($$"""{"iss":"{{Issuer}}","sub":"alice","exp":{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 600}}}"""));

    private static async Task<int> StatusAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await client.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }

    private static Task ReachesAsync(HttpClient client, TokenIssuer issuer, int status)
    {
        var seen = 0;
        return Eventually.ReachesAsync($"status {status}", async () => (seen = await StatusAsync(client, issuer)) == status, () => $"{seen}", cancellationToken: Cancellation);
    }

    private static async Task<WebApplication> StartSiteAsync(Func<string> keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(keys(), context.RequestAborted));
        await app.StartAsync(Cancellation);
        return app;
    }

    private static string Resources(string site) => SecureReviews.Service + $$"""

        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: reviews}
        spec:
          selector: { matchLabels: { app: reviews } }
          jwtRules: [ { issuer: '{{Issuer}}', jwksUri: '{{site}}/keys' } ]
        """;
}
