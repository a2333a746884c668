using System.Net;
using Mesh.Client;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>One request goes to the subset that it names, although no route does.</summary>
public sealed class RequestedSubsetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_WithASubsetThatNoRouteNames_GoesThereWhileOthersFollowTheRoute()
    {
        // Before the first client: a file that is written later is in force a moment later.
        await using var mesh = await InProcessMesh.StartAsync($"{ReviewsResources.Service}\n---\n{ReviewsResources.RouteTo("v1")}", Cancellation);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation);
        using var client = (await mesh.StartClientAsync("caller", Cancellation)).Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync("v2 is an endpoint", async () => (await AskAsync(client, "v2")).Body == "v2", cancellationToken: Cancellation);

        var named = await AskAsync(client, "v2");
        var routed = await AskAsync(client, null);
        var absent = await AskAsync(client, "v9");

        Assert.Equal((HttpStatusCode.OK, "v2"), named);
        Assert.Equal((HttpStatusCode.OK, "v1"), routed);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, absent.Status);
        Assert.Equal("no healthy upstream", absent.Body);
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient client, string? subset)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews:9080/");
        if (subset is not null)
        {
            request.Options.Set(MeshRequestOptions.Subset, subset);
        }

        using var response = await client.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
