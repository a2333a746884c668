using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>A corsPolicy takes effect where the requests come in, live, without a line of code in the application.</summary>
public sealed class CorsTests
{
    private const string Policy = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match: [{uri: {prefix: /private}}]
            route: [{destination: {host: reviews}}]
          - corsPolicy:
              allowOrigins: [{exact: "https://shop.example"}]
              allowMethods: [GET, DELETE]
              exposeHeaders: [x-total]
              maxAge: 24h
            route: [{destination: {host: reviews}}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task CorsPolicy_OfAService_IsFollowedByItsWorkloadsAndGoesWithItsResource()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Write("cors.yaml", Policy);
        var service = await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/{**path}", () => "ok"), Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(service.App.Urls.Single()) };

        await Eventually.ReachesAsync("the preflight is answered", () => AnswersAsync(client, HttpStatusCode.OK), cancellationToken: Cancellation);

        using var preflight = await PreflightAsync(client, "/1");
        Assert.Equal("GET,DELETE", preflight.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Equal("86400", preflight.Headers.GetValues("Access-Control-Max-Age").Single());
        using var answer = await SendAsync(client, HttpMethod.Get, "/1");
        Assert.Equal("https://shop.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("x-total", answer.Headers.GetValues("Access-Control-Expose-Headers").Single());
        using var other = await SendAsync(client, HttpMethod.Get, "/private/1");
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));

        mesh.Delete("cors.yaml");

        await Eventually.ReachesAsync("the app sees preflights again", () => AnswersAsync(client, HttpStatusCode.MethodNotAllowed), cancellationToken: Cancellation);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, HttpStatusCode status)
    {
        using var response = await PreflightAsync(client, "/1");
        return response.StatusCode == status;
    }

    private static Task<HttpResponseMessage> PreflightAsync(HttpClient client, string path) => SendAsync(client, HttpMethod.Options, path);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", "https://shop.example");
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "DELETE");
        }

        return await client.SendAsync(request, Cancellation);
    }
}
