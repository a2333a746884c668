using Mesh.EndToEnd.Tests.Failures;
using Mesh.Testing;
using Mesh.Testing.Faulty;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Bad lines to the control plane never touch requests, and one to a service touches its own alone (fault matrix G), through a proxy that makes them bad.</summary>
public sealed class NetworkFaultTests
{
    private static readonly Dictionary<string, NetworkFault> Faults = new()
    {
        ["loss of 5 %"] = new() { LossShare = 0.05 },
        ["200 ms and up to 100 ms more"] = new() { Delay = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(200) },
        ["storm of resets"] = new() { ResetShare = 0.5 },
        ["64 kbit/s"] = new() { BytesPerSecond = 8_000 },
        ["refused"] = new() { Refuses = true },
        ["one way only"] = new() { DropsToClient = true },
        ["small packets only"] = new() { LargestPiece = 100 },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("loss of 5 %", true)]
    [InlineData("200 ms and up to 100 ms more", true)]
    [InlineData("storm of resets", false)]
    [InlineData("64 kbit/s", true)]
    [InlineData("small packets only", false)]
    public async Task G04_G05_G06_G07_G09_BadLineToTheControlPlane_NoRequestFailsAndChangesArrive(string fault, bool isUsable)
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service + "\n---\n" + ReviewsResources.RouteTo("v1"), Cancellation, LogLevel.Warning);
        mesh.Logs.Expect("XdsDisconnected").Expect("ShrinkHeld").Expect("XdsWriteTimedOut");
        await using var proxy = new FaultProxy(mesh.XdsAddress.Port);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation, new KeyValuePair<string, string?>("Mesh:ControlPlane", proxy.Address.ToString()));
        using var load = new SteadyCalls(host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(), new Uri("http://reviews:9080/"));
        await load.UntilAsync("v1", Cancellation);

        proxy.Fault = Faults[fault];
        proxy.Cut();
        mesh.Write("mesh.yaml", ReviewsResources.Service + "\n---\n" + ReviewsResources.RouteTo("v2"));
        if (!isUsable)
        {
            // A line that resets everything, or lets little through, brings no news; requests go on all the same.
            var calls = load.Calls;
            await Eventually.ReachesAsync("calls go on", () => load.Calls > calls + 200, cancellationToken: Cancellation);
            proxy.Fault = NetworkFault.None;
        }

        await load.UntilAsync("v2", Cancellation);
        Assert.Empty(await load.StopAsync());
    }

    [Theory]
    [InlineData("loss of 5 %")]
    [InlineData("200 ms and up to 100 ms more")]
    [InlineData("storm of resets")]
    [InlineData("64 kbit/s")]
    [InlineData("refused")]
    [InlineData("one way only")]
    [InlineData("small packets only")]
    public async Task G02_G03_G04_G05_G06_G07_G09_BadLineToOneOfFourEndpoints_NoRequestFails(string fault)
    {
        await using var servers = await GoodServers.StartAsync(4, Cancellation);
        int[] ports = [.. servers.Ports];
        await using var proxy = new FaultProxy(ports[0]);
        await using var mesh = await InProcessMesh.StartAsync(Resources("bad", [proxy.Port, .. ports[1..]]) + "\n---\n" + Resources("good", ports[1..]), Cancellation, LogLevel.Warning);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        var factory = host.Services.GetRequiredService<IHttpClientFactory>();
        using var bad = new SteadyCalls(factory.CreateClient(), new Uri("http://bad.example.com/"));
        using var good = new SteadyCalls(factory.CreateClient(), new Uri("http://good.example.com/"));
        await bad.UntilAsync("ok", Cancellation);
        await good.UntilAsync("ok", Cancellation);

        proxy.Fault = Faults[fault];
        var calls = bad.Calls;
        await Eventually.ReachesAsync("calls go on", () => bad.Calls > calls + 200, cancellationToken: Cancellation);

        Assert.Empty(await good.StopAsync());
        Assert.Empty(await bad.StopAsync());
    }

    private static string Resources(string name, int[] ports) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: {{name}} }
        spec:
          hosts: [{{name}}.example.com]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{ number: 80, name: http, protocol: HTTP }]
          endpoints: [{{string.Join(", ", ports.Select(port => $"{{ address: 127.0.0.1, ports: {{ http: {port} }} }}"))}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: {{name}} }
        spec:
          host: {{name}}.example.com
          trafficPolicy:
            connectionPool: { tcp: { connectTimeout: 0.5s } }
            outlierDetection: { consecutive5xxErrors: 3, interval: 1s, baseEjectionTime: 30s, maxEjectionPercent: 50 }
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: {{name}} }
        spec:
          hosts: [{{name}}.example.com]
          http:
          - route: [{ destination: { host: {{name}}.example.com } }]
            timeout: 10s
            retries: { attempts: 3, perTryTimeout: 1s, retryOn: "5xx,reset,connect-failure,refused-stream" }
        """;
}
