using System.Globalization;
using Mesh.Testing;
using Mesh.Testing.Faulty;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Failures;

/// <summary>One of five endpoints goes wrong for real, at 500 requests a second: no more callers fail than the policy says.</summary>
public sealed class FailingEndpointTests
{
    private const int Requests = 1_000;
    private const int Threshold = 3;

    /// <summary>A body that breaks after its headers cannot be retried: each ejection takes the threshold, and what was on its way meanwhile.</summary>
    private const int OnTheWay = 10;

    public static TheoryData<string, int> Faults => new()
    {
        { nameof(FaultyEndpoint.Refusing), 0 },
        { nameof(FaultyEndpoint.Blackhole), 0 },
        { nameof(FaultyEndpoint.Unavailable), 0 },
        { nameof(FaultyEndpoint.Silent), 0 },
        { nameof(FaultyEndpoint.ResettingBeforeHeaders), 0 },
        { nameof(FaultyEndpoint.ClosingKeepAlive), 0 },
        { nameof(FaultyEndpoint.Babbling), 0 },
        { nameof(FaultyEndpoint.ResettingMidBody), Threshold + OnTheWay },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task D05_D06_LoadWithOneFaultyEndpoint_FailsNoMoreCallersThanThePolicySays(string fault, int allowed)
    {
        await using var faulty = Start(fault);
        await using var servers = await GoodServers.StartAsync(4, Cancellation);
        await using var mesh = await InProcessMesh.StartAsync(Resources([.. servers.Ports, faulty.Port]), Cancellation, LogLevel.Information);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var load = new PacedLoad(client, new Uri("http://backend.example.com/"), TimeProvider.System);

        await load.RunAsync(Requests, Cancellation);

        Assert.True(load.Failures.Count <= allowed, $"{load.Failures.Count} of {load.Sent} failed, {allowed} allowed: {string.Join(" | ", load.Failures.Distinct().Take(5))}");
        if (fault is not (nameof(FaultyEndpoint.Refusing) or nameof(FaultyEndpoint.Blackhole) or nameof(FaultyEndpoint.ClosingKeepAlive)))
        {
            // It was tried, and then left alone.
            Assert.InRange(faulty.Requests, 1, Requests / 10);
        }
    }

    /// <summary>Over HTTP/2 each endpoint that stops sends GOAWAY to calls on their way.</summary>
    [Theory]
    [InlineData("Http1", "1.1")]
    [InlineData("Http2", "2.0")]
    public async Task D03_LoadWhileEveryEndpointIsReplaced_FailsNobody(string protocol, string version)
    {
        var settings = new KeyValuePair<string, string?>("Kestrel:EndpointDefaults:Protocols", protocol);
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation, LogLevel.Information);
        var services = new List<InProcessService>();
        for (var index = 0; index < 3; index++)
        {
            services.Add(await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation, settings));
        }

        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.DefaultRequestVersion = Version.Parse(version);
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await Eventually.ReachesAsync(
            "the service answers",
            async () =>
            {
                using var response = await client.GetAsync(new Uri("http://reviews:9080/"), Cancellation);
                return response.IsSuccessStatusCode;
            },
            cancellationToken: Cancellation);
        var load = new PacedLoad(client, new Uri("http://reviews:9080/"), TimeProvider.System);
        using var api = new HttpClient { BaseAddress = mesh.ApiAddress };

        var running = load.RunAsync(2_500, Cancellation);
        foreach (var old in services)
        {
            var next = await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation, settings);

            var port = new Uri(next.App.Urls.Single()).Port.ToString(CultureInfo.InvariantCulture);

            // A rolling replacement waits for the new one; without it the last endpoint would go, which clients hold against.
            await Eventually.ReachesAsync(
                "the new endpoint is registered",
                async () => (await api.GetStringAsync("/debug/registryz", Cancellation)).Contains(port, StringComparison.Ordinal),
                cancellationToken: Cancellation);
            await old.StopAsync(Cancellation);
        }

        await running;
        Assert.Empty(load.Failures);
    }

    private static FaultyEndpoint Start(string fault) => fault switch
    {
        nameof(FaultyEndpoint.Refusing) => FaultyEndpoint.Refusing(),
        nameof(FaultyEndpoint.Blackhole) => FaultyEndpoint.Blackhole(),
        nameof(FaultyEndpoint.Unavailable) => FaultyEndpoint.Unavailable(),
        nameof(FaultyEndpoint.Silent) => FaultyEndpoint.Silent(),
        nameof(FaultyEndpoint.ResettingBeforeHeaders) => FaultyEndpoint.ResettingBeforeHeaders(),
        nameof(FaultyEndpoint.ClosingKeepAlive) => FaultyEndpoint.ClosingKeepAlive(),
        nameof(FaultyEndpoint.Babbling) => FaultyEndpoint.Babbling(),
        nameof(FaultyEndpoint.ResettingMidBody) => FaultyEndpoint.ResettingMidBody(),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    private static string Resources(IEnumerable<int> ports) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: backend }
        spec:
          hosts: [backend.example.com]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{ number: 80, name: http, protocol: HTTP }]
          endpoints: [{{string.Join(", ", ports.Select(port => $"{{ address: 127.0.0.1, ports: {{ http: {port} }} }}"))}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: backend }
        spec:
          host: backend.example.com
          trafficPolicy:
            connectionPool: { tcp: { connectTimeout: 0.5s } }
            outlierDetection: { consecutive5xxErrors: {{Threshold}}, interval: 1s, baseEjectionTime: 30s, maxEjectionPercent: 50 }
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: backend }
        spec:
          hosts: [backend.example.com]
          http:
          - route: [{ destination: { host: backend.example.com } }]
            timeout: 15s
            retries: { attempts: 3, perTryTimeout: 1s, retryOn: "5xx,reset,connect-failure,refused-stream" }
        """;
}
