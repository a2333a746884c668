using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>From the YAML to whole calls: endpoints that fail take no requests until they are well again.</summary>
public sealed class EndpointHealthTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OutlierDetection_OneOfThreeAnswers500_IsEjectedAndComesBack()
    {
        await using var mesh = await InProcessMesh.StartAsync(
            Resources("outlierDetection: { consecutive5xxErrors: 3, interval: 100ms, baseEjectionTime: 4s }"), Cancellation);
        var replicas = await StartAsync(mesh, 3);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await ReachesAllAsync(client, replicas);

        replicas[0].Status = 500;
        var failures = await CallAsync(client, 60);
        Assert.Equal(3, failures);
        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "EndpointEjected" && entry.Message.Contains("Consecutive5xx", StringComparison.Ordinal));

        replicas[0].Status = 200;
        await ReachesAllAsync(client, replicas);
        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "EndpointUnejected");
    }

    [Fact]
    public async Task HealthCheck_OneOfTwoSaysUnhealthy_TakesNoRequestsUntilItIsWell()
    {
        const string Annotation = """
            mesh.dev/health-check: '{"http":{"path":"/health"},"interval":"50ms","noTrafficInterval":"50ms"}'
            """;
        await using var mesh = await InProcessMesh.StartAsync(Resources("loadBalancer: { simple: ROUND_ROBIN }", Annotation), Cancellation);
        var replicas = await StartAsync(mesh, 2);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await ReachesAllAsync(client, replicas);

        replicas[0].Health = 503;
        await Eventually.ReachesAsync(
            "the endpoint fails its check", () => mesh.Logs.Entries.Any(entry => entry.EventName == "EndpointUnhealthy"), cancellationToken: Cancellation);
        var before = replicas[0].Served;
        Assert.Equal(0, await CallAsync(client, 20));
        Assert.Equal(before, replicas[0].Served);

        replicas[0].Health = 200;
        await ReachesAllAsync(client, replicas);
    }

    private static string Resources(string policy, string annotation = "") => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          selector: {app: reviews}
          ports: [{port: 9080, name: http}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: reviews
          annotations:
            {{(annotation.Length == 0 ? "purpose: test" : annotation)}}
        spec:
          host: reviews
          trafficPolicy: { {{policy}} }
        """;

    private static async Task<Replica[]> StartAsync(InProcessMesh mesh, int count)
    {
        var replicas = Enumerable.Range(0, count).Select(_ => new Replica()).ToArray();
        foreach (var replica in replicas)
        {
            await mesh.StartServiceAsync("reviews", "v1", replica.Map, Cancellation);
        }

        return replicas;
    }

    private static Task ReachesAllAsync(HttpClient client, Replica[] replicas)
    {
        var before = Array.ConvertAll(replicas, replica => replica.Served);
        return Eventually.ReachesAsync(
            "every replica serves",
            async () =>
            {
                await CallAsync(client, replicas.Length);
                return replicas.Zip(before).All(pair => pair.First.Served > pair.Second);
            },
            cancellationToken: Cancellation);
    }

    /// <summary>How many calls failed.</summary>
    private static async Task<int> CallAsync(HttpClient client, int calls)
    {
        var failures = 0;
        for (; calls > 0; calls--)
        {
            using var response = await client.GetAsync(new Uri("http://reviews:9080/"), Cancellation);
            failures += response.StatusCode == HttpStatusCode.OK ? 0 : 1;
        }

        return failures;
    }

    private sealed class Replica
    {
        private int _served;

        public int Status { get; set; } = 200;

        public int Health { get; set; } = 200;

        public int Served => Volatile.Read(ref _served);

        public void Map(WebApplication app)
        {
            app.MapGet("/health", () => Results.StatusCode(Health));
            app.MapGet("/", () =>
            {
                Interlocked.Increment(ref _served);
                return Results.StatusCode(Status);
            });
        }
    }
}
