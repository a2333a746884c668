using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>A workload of several addresses, of which the first is dead (fault matrix D12), from its options to the calls of others.</summary>
public sealed class DualStackTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task D12_FirstAddressOfAWorkloadIsDead_CallsReachTheOther()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);

        // It listens at 127.0.0.1 alone.
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "here"), Cancellation, new KeyValuePair<string, string?>("Mesh:Address", "127.0.0.2, 127.0.0.1"));
        var caller = await mesh.StartServiceAsync("productpage", "v1", _ => { }, Cancellation);

        await Eventually.ReachesAsync("the caller is answered", async () => await TextAsync(caller) == "here", cancellationToken: Cancellation);
        Assert.Equal("here", await TextAsync(caller));
    }

    private static async Task<string> TextAsync(InProcessService caller)
    {
        using var client = caller.App.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var response = await client.GetAsync(new Uri("http://reviews:9080/"), Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
