using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Mesh.Client.Tests.Transport;

namespace Mesh.Client.Tests.Limits;

public sealed class RequestLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task E08_AboveMaxRequests_IsExactOverAllEndpointsAndThroughChanges()
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limit(7), server.Http1, server.OtherHttp1);

        var calls = await StartAsync(mesh, 20, expectedInside: 7, server);
        mesh.Forward("reviews", Limit(9), server.Http1, server.OtherHttp1);
        calls.AddRange(await StartAsync(mesh, 5, expectedInside: 2, server));
        mesh.Forward("reviews", Limit(3), server.Http1);
        await StartAsync(mesh, 4, expectedInside: 0, server);

        server.Open();
        foreach (var call in calls)
        {
            using var response = await call;
            Assert.Equal("inside", await response.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.Equal(0, mesh.Directory.State.Clusters.Single().Limits.Requests.InUse);
        using var last = await mesh.GetAsync("http://reviews/");
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhileABodyIsNotRead_KeepsItsPlace()
    {
        var finish = new TaskCompletionSource();
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("a"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await finish.Task;
            await context.Response.Body.WriteAsync("b"u8.ToArray());
        });
        using var mesh = new OutboundHarness().Forward("reviews", Limit(1), server.Http1);
        using var first = await mesh.GetAsync("http://reviews/");
        using var second = await mesh.GetAsync("http://reviews/");
        Assert.Equal("UO", second.Flags());

        finish.SetResult();
        Assert.Equal("ab", await first.Content.ReadAsStringAsync(Cancellation));

        using var third = await mesh.GetAsync("http://reviews/");
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfAGrpcCallAboveTheLimit_IsUnavailable()
    {
        using var mesh = new OutboundHarness().Forward("reviews", Limit(0), 1);
        using var response = await mesh.GetAsync("http://reviews/", request => request.Content = new ByteArrayContent([]) { Headers = { { "Content-Type", "application/grpc" } } });

        Assert.Equal((HttpStatusCode.OK, "14", "UO"), (response.StatusCode, response.Headers.GetValues("grpc-status").Single(), response.Flags()));
    }

    private static ClusterPolicy Limit(uint requests) => new() { Limits = new ConcurrencyLimits { MaxRequests = requests } };

    /// <summary>Starts calls at once; those above the limit are answered at once, the others are inside.</summary>
    private static async Task<List<Task<HttpResponseMessage>>> StartAsync(OutboundHarness mesh, int count, int expectedInside, GatedEndpoint server)
    {
        var calls = Enumerable.Range(0, count).Select(index => Task.Run(() => mesh.GetAsync($"http://reviews/{index}"), Cancellation)).ToList();
        await server.InsideAsync(expectedInside);
        var inside = new List<Task<HttpResponseMessage>>(calls);
        for (var overflow = 0; overflow < count - expectedInside; overflow++)
        {
            var answered = await Task.WhenAny(inside);
            inside.Remove(answered);
            using var response = await answered;
            Assert.Equal("UO", response.Flags());
        }

        Assert.DoesNotContain(inside, call => call.IsCompleted);
        return inside;
    }
}
