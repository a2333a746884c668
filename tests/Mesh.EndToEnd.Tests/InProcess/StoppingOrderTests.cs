using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>A service that stops leaves the mesh first; its listener closes when the callers had time to hear of it.</summary>
public sealed class StoppingOrderTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          selector: {app: reviews}
          ports: [{port: 9080, name: http}]
        """;

    private static readonly TimeSpan DrainDelay = TimeSpan.FromSeconds(17);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task F01_ServiceStops_IsNotReadyTellsTheMeshWaitsOnceAndOnlyThenClosesItsListener()
    {
        await using var mesh = await InProcessMesh.StartAsync(Service, Cancellation);
        var clock = new FakeTimeProvider();
        await using var app = await StartAsync(mesh, clock);
        using var direct = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = new Uri(app.Urls.Single()) };
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var caller = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync("the service is in the mesh", () => AnswersAsync(caller, HttpStatusCode.OK), cancellationToken: Cancellation);
        Assert.Equal(HealthStatus.Healthy, await ReadinessAsync(app));

        var stopping = app.StopAsync(Cancellation);
        await clock.WaitForTimerOfAsync(DrainDelay, Cancellation);
        await Eventually.ReachesAsync("callers no longer pick the service", () => AnswersAsync(caller, HttpStatusCode.ServiceUnavailable), cancellationToken: Cancellation);

        Assert.Equal(HealthStatus.Unhealthy, await ReadinessAsync(app));
        Assert.Equal("served", await direct.GetStringAsync("/", Cancellation));
        var again = app.StopAsync(Cancellation);
        clock.Advance(DrainDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(stopping.IsCompleted);
        Assert.False(again.IsCompleted);
        Assert.Equal("served", await direct.GetStringAsync("/", Cancellation));

        clock.Advance(TimeSpan.FromMilliseconds(1));
        await stopping;
        await again;
        await Assert.ThrowsAsync<HttpRequestException>(() => direct.GetStringAsync("/", Cancellation));

        // Told once more, it does not wait once more.
        await app.StopAsync(Cancellation);
    }

    private static async Task<WebApplication> StartAsync(InProcessMesh mesh, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(mesh.Logs.AsProvider());
        builder.Configuration.AddInMemoryCollection(
        [
            new("Mesh:ControlPlane", mesh.XdsAddress.ToString()),
            new("Mesh:Service", "reviews"),
            new("Mesh:Shutdown:DrainDelay", DrainDelay.ToString()),
            new("urls", "http://127.0.0.1:0"),
        ]);
        builder.Services.AddSingleton(clock);
        builder.AddMesh();
        var app = builder.Build();
        app.UseMesh();
        app.MapGet("/", () => "served");
        await app.StartAsync(Cancellation);
        return app;
    }

    private static async Task<HealthStatus> ReadinessAsync(WebApplication app) =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation)).Entries["mesh"].Status;

    private static async Task<bool> AnswersAsync(HttpClient caller, HttpStatusCode expected)
    {
        using var response = await caller.GetAsync(new Uri("http://reviews:9080/"), Cancellation);
        return response.StatusCode == expected;
    }
}
