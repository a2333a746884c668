using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Tests.Transport;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Pipeline.Responses;

public sealed class BodyEndsTests
{
    private int _calls;

    [Fact(Timeout = 20_000)]
    public async Task Body_ThatHangs_EndsWithTheTimeOfItsCall()
    {
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            await WriteHalfAsync(context);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var mesh = Mesh(server.Http1, TimeSpan.FromMilliseconds(300));

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal((HttpStatusCode.GatewayTimeout, "UT"), (response.StatusCode, response.Flags()));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("GET", HttpStatusCode.OK, 2)]
    [InlineData("POST", HttpStatusCode.ServiceUnavailable, 1)]
    public async Task Body_ThatBreaks_IsAFailedAttempt(string method, HttpStatusCode status, int calls)
    {
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref _calls) > 1)
            {
                await context.Response.WriteAsync("whole");
                return;
            }

            await WriteHalfAsync(context);
            context.Abort();
        });
        using var mesh = Mesh(server.Http1, TimeSpan.FromSeconds(15));

        using var response = await mesh.GetAsync("http://reviews/", request => request.Method = HttpMethod.Parse(method));

        Assert.Equal((status, calls), (response.StatusCode, _calls));
    }

    private static OutboundHarness Mesh(int port, TimeSpan timeout) => new OutboundHarness().Route(
        "reviews",
        [
            new Route("all", OutboundHarness.Any, new ForwardAction
            {
                Clusters = [new WeightedCluster("v1", 1)],
                Timeout = timeout,
                Retry = new RetryPolicy { Conditions = RetryConditionNames.Parse("reset,refused-stream"), MaxRetries = 2, MaxReselections = 5 },
            }),
        ],
        ("v1", [port]));

    private static async Task WriteHalfAsync(HttpContext context)
    {
        context.Response.ContentLength = 10;
        await context.Response.WriteAsync("half.");
        await context.Response.Body.FlushAsync();
    }
}
