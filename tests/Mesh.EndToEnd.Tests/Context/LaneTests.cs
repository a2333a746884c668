using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.Context;

/// <summary>Requests of a lane find the workloads of that lane at any depth; no service copies a header.</summary>
public sealed class LaneTests
{
    private const string Services = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: second }
        spec:
          host: second
          subsets: [{ name: stable, labels: { version: v1 } }]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: second }
        spec:
          hosts: [second]
          http: [{ route: [{ destination: { host: second, subset: stable } }] }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_OfALane_TakesTheLaneWhereThereIsOneAtEveryHop()
    {
        await using var mesh = await InProcessMesh.StartAsync($"{string.Join("\n---\n", ((string[])["first", "second", "third"]).Select(Service))}\n---\n{Services}", Cancellation);
        await StartAsync(mesh, "first", null, "second");
        await StartAsync(mesh, "second", null, "third");
        await StartAsync(mesh, "second", "blue", "third");
        await StartAsync(mesh, "third", null, null);
        await StartAsync(mesh, "third", "blue", null);
        await StartAsync(mesh, "third", "green", null);
        using var client = (await mesh.StartClientAsync("caller", Cancellation)).Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync("the blue lane is there", async () => await AskAsync(client, "blue") == "first second-blue third-blue", cancellationToken: Cancellation);
        await Eventually.ReachesAsync("the green lane is there", async () => await AskAsync(client, "green") == "first second third-green", cancellationToken: Cancellation);

        for (var round = 0; round < 20; round++)
        {
            Assert.Equal("first second third", await AskAsync(client, null));
            Assert.Equal("first second-blue third-blue", await AskAsync(client, "blue"));
            Assert.Equal("first second third-green", await AskAsync(client, "green"));
            Assert.Equal("first second third", await AskAsync(client, "red"));
        }
    }

    private static string Service(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}} }
        spec: { selector: { app: {{name}} }, ports: [{ name: http, port: 9080 }] }
        """;

    private static Task<InProcessService> StartAsync(InProcessMesh mesh, string service, string? lane, string? next) => mesh.StartServiceAsync(
        service,
        lane ?? "v1",
        app => app.MapGet("/", (IHttpClientFactory clients) => AnswerAsync(clients, lane is null ? service : $"{service}-{lane}", next)),
        Cancellation,
        lane is null ? [] : [new("Mesh:Labels:lane", lane)]);

    private static async Task<string> AnswerAsync(IHttpClientFactory clients, string name, string? next)
    {
        if (next is null)
        {
            return name;
        }

        using var client = clients.CreateClient();
        return $"{name} {await client.GetStringAsync($"http://{next}:9080/")}";
    }

    private static async Task<string> AskAsync(HttpClient client, string? lane)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://first:9080/");
        if (lane is not null)
        {
            request.Headers.Add("x-lane", lane);
        }

        using var response = await client.SendAsync(request, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
