using System.Diagnostics;
using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Limits of requests, from the resource to the answer.</summary>
public sealed class RateLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_BeyondALocalLimit_AreRefusedForTheTenantThatSendsThem()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Write("limit.yaml", """
            apiVersion: mesh.dev/v1
            kind: RateLimit
            metadata: {name: reviews}
            spec:
              selector: {matchLabels: {app: reviews}}
              rules:
              - name: per-tenant
                match: [{uri: {prefix: /limited}}]
                by: [{header: x-tenant}]
                tokenBucket: {maxTokens: 3, fillInterval: 3600s}
            """);
        var service = await mesh.StartServiceAsync("reviews", "v1", app => app.MapFallback(() => "v1"), Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(service.App.Urls.First()) };
        await LimitIsInForceAsync(client, "/limited");

        var green = await SendAsync(client, "/limited", "green", 5);
        var free = await SendAsync(client, "/free", "green", 5);

        Assert.Equal(3, green.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(2, green.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.All(free, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Requests_AtFourProcesses_ShareOneQuota()
    {
        const int Processes = 4, Quota = 600, Seconds = 12;
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Write("limit.yaml", $$"""
            apiVersion: mesh.dev/v1
            kind: RateLimit
            metadata: {name: reviews}
            spec:
              rules:
              - name: together
                quota: {requests: {{Quota}}, per: 12s}
            """);
        var clients = new List<HttpClient>();
        for (var process = 0; process < Processes; process++)
        {
            var service = await mesh.StartServiceAsync("reviews", "v1", app => app.MapFallback(() => "v1"), Cancellation);
            clients.Add(new HttpClient { BaseAddress = new Uri(service.App.Urls.First()) });
        }

        await Task.WhenAll(clients.Select(client => LimitIsInForceAsync(client, "/")));

        // The shares settle within a few reports; what counts is a whole period after that.
        await OfferAsync(clients, TimeSpan.FromSeconds(5));
        var (taken, elapsed) = await OfferAsync(clients, TimeSpan.FromSeconds(Seconds));

        var expected = Quota * elapsed.TotalSeconds / Seconds;
        Assert.InRange(taken, expected * 0.9, expected * 1.1);
        clients.ForEach(client => client.Dispose());
    }

    private static Task LimitIsInForceAsync(HttpClient client, string path) => Eventually.ReachesAsync(
        "the limit is in force",
        async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "x-tenant", "probe" } } };
            using var response = await client.SendAsync(request, Cancellation);
            return response.Headers.Contains("RateLimit");
        },
        cancellationToken: Cancellation);

    private static async Task<List<HttpStatusCode>> SendAsync(HttpClient client, string path, string tenant, int count)
    {
        var statuses = new List<HttpStatusCode>();
        for (var sent = 0; sent < count; sent++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "x-tenant", tenant } } };
            using var response = await client.SendAsync(request, Cancellation);
            statuses.Add(response.StatusCode);
        }

        return statuses;
    }

    /// <summary>Sends more than the quota to every process; how many were taken, and in what time.</summary>
    private static async Task<(int Taken, TimeSpan Elapsed)> OfferAsync(List<HttpClient> clients, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var taken = await Task.WhenAll(clients.Select(async client =>
        {
            var count = 0;
            while (watch.Elapsed < time)
            {
                using var response = await client.GetAsync("/", Cancellation);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    count++;
                }
                else
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Cancellation);
                }
            }

            return count;
        }));
        return (taken.Sum(), watch.Elapsed);
    }
}
