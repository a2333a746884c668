using System.Net;
using Mesh.Client;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Starts, stops and neighbours of a process (fault matrix D03, F01, F03, F08, F11).</summary>
public sealed class ProcessLifeTests
{
    private static readonly Uri Reviews = new("http://reviews:9080/");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task F01_D03_EveryInstanceIsReplacedUnderLoad_NoRequestFails()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Logs.Expect("ShrinkHeld");
        var instances = new Queue<InProcessService>();
        for (var instance = 0; instance < 3; instance++)
        {
            instances.Enqueue(await StartAsync(mesh, $"old-{instance}"));
        }

        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var load = new SteadyCalls(ClientOf(host), Reviews, callers: 8);
        await load.UntilAsync("old-2", Cancellation);
        for (var round = 0; round < 3; round++)
        {
            instances.Enqueue(await StartAsync(mesh, $"new-{round}"));
            await load.UntilAsync($"new-{round}", Cancellation);
            await instances.Dequeue().StopAsync(Cancellation);
        }

        Assert.Empty(await load.StopAsync());
        Assert.True(load.Calls > 100, $"only {load.Calls} calls");
    }

    [Fact]
    public async Task F08_HandlerOfTheApplicationThrowsOrHangs_OthersGoOn()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        await StartAsync(mesh, "v1");
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var good = ClientOf(host);
        var factory = host.Services.GetRequiredService<IMeshHandlerFactory>();
        using var throws = new HttpClient(new BadHandler(factory.CreateHandler(), hangs: false));
        using var hangs = new HttpClient(new BadHandler(factory.CreateHandler(), hangs: true)) { Timeout = TimeSpan.FromMilliseconds(200) };

        for (var call = 0; call < 50; call++)
        {
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => throws.GetStringAsync(Reviews, Cancellation));
            Assert.Equal("v1", await good.GetStringAsync(Reviews, Cancellation));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hangs.GetStringAsync(Reviews, Cancellation));
        Assert.Equal("v1", await good.GetStringAsync(Reviews, Cancellation));
    }

    [Fact]
    public async Task F11_TwoMeshesInOneProcess_KnowNothingOfEachOther()
    {
        await using var first = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        await using var second = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        second.Logs.Expect("XdsDisconnected");
        await StartAsync(first, "first");
        await StartAsync(second, "second");
        using var caller = ClientOf(await first.StartClientAsync("caller", Cancellation));
        using var other = ClientOf(await second.StartClientAsync("caller", Cancellation));

        Assert.Equal("first", await caller.GetStringAsync(Reviews, Cancellation));
        Assert.Equal("second", await other.GetStringAsync(Reviews, Cancellation));
        await second.StopControlPlaneAsync(Cancellation);
        first.Write("more.yaml", ReviewsResources.RouteTo("v2"));

        // v2 has no endpoint: the change is seen here and nowhere else.
        await Eventually.ReachesAsync("the first mesh has the change", async () => await StatusAsync(caller) is HttpStatusCode.ServiceUnavailable, cancellationToken: Cancellation);
        Assert.Equal("second", await other.GetStringAsync(Reviews, Cancellation));
    }

    private static Task<InProcessService> StartAsync(InProcessMesh mesh, string answer) =>
        mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => answer), Cancellation);

    private static HttpClient ClientOf(IHost host) => host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync(Reviews, Cancellation);
        return response.StatusCode;
    }

    private sealed class BadHandler(HttpMessageHandler inner, bool hangs) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var response = await base.SendAsync(request, cancellationToken);
            if (hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            throw new InvalidOperationException("the application's own mistake");
        }
    }
}
