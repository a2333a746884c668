using System.Net;
using Mesh.Client;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Three hops, each of which tries three times in its code and three times in the mesh, in front of a service that always fails.</summary>
public sealed class NestedRetriesTests
{
    private const int Offered = 300;
    private const int Tries = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E01_EveryHopRetriesADeadLeaf_OffersItAtMostAFifthMore()
    {
        await using var mesh = await InProcessMesh.StartAsync(string.Join("\n---\n", Resources("front"), Resources("middle"), Resources("leaf")), Cancellation);
        var arrived = 0;
        await mesh.StartServiceAsync("leaf", "v1", app => app.MapGet("/", () =>
        {
            Interlocked.Increment(ref arrived);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }), Cancellation);
        await mesh.StartServiceAsync("middle", "v1", app => app.MapGet("/", (IHttpClientFactory clients) => LoopAsync(clients.CreateClient(), "http://leaf:9080/")), Cancellation);
        await mesh.StartServiceAsync("front", "v1", app => app.MapGet("/", (IMeshHandlerFactory handlers) => RepeatAsync(handlers, "http://middle:9080/")), Cancellation);
        var client = await mesh.StartClientAsync("client", Cancellation);
        var handlers = client.Services.GetRequiredService<IMeshHandlerFactory>();

        await Parallel.ForAsync(0, Offered, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (_, _) =>
            Assert.Equal(StatusCodes.Status503ServiceUnavailable, (await RepeatAsync(handlers, "http://front:9080/") as IStatusCodeHttpResult)!.StatusCode));

        Assert.InRange(arrived, Offered, (int)(Offered * 1.2));
    }

    /// <summary>An application's own loop: a new message each time.</summary>
    private static async Task<IResult> LoopAsync(HttpClient client, string address)
    {
        var status = HttpStatusCode.OK;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            using var response = await client.GetAsync(new Uri(address), Cancellation);
            status = response.StatusCode;
            if (response.IsSuccessStatusCode)
            {
                break;
            }
        }

        return Results.StatusCode((int)status);
    }

    /// <summary>A resilience handler in front of the mesh: the same message each time.</summary>
    private static async Task<IResult> RepeatAsync(IMeshHandlerFactory handlers, string address)
    {
        using var client = new HttpClient(new RepeatingHandler { InnerHandler = handlers.CreateHandler() });
        using var response = await client.GetAsync(new Uri(address), Cancellation);
        return Results.StatusCode((int)response.StatusCode);
    }

    private static string Resources(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}}
        spec:
          selector: {app: {{name}}}
          ports: [{port: 9080, name: http}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{name}}}
        spec:
          hosts: [{{name}}]
          http:
          - retries: {attempts: {{Tries}}, retryOn: 5xx}
            route:
            - destination: {host: {{name}}}
        """;

    private sealed class RepeatingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            for (var attempt = 1; attempt < Tries && !response.IsSuccessStatusCode; attempt++)
            {
                response.Dispose();
                response = await base.SendAsync(request, cancellationToken);
            }

            return response;
        }
    }
}
