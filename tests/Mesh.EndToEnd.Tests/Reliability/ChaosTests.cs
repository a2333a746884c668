using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.Server;
using Mesh.Testing.Faulty;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>
/// Everything at once, at random: the control plane restarts, its network is cut, swallowed, delayed and throttled, routes flip, instances come and go, while callers call over mutual TLS. Nothing of it may be seen
/// by them, no request may come in plaintext, repetitions stay within the budget, and no change that was acknowledged may be lost.
/// <c>MESH_CHAOS_SECONDS</c> makes it longer, <c>MESH_CHAOS_SEED</c> another day.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const string Strict = """

        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: istio-system}
        spec: {mtls: {mode: STRICT}}
        """;

    private static readonly (string Name, NetworkFault Fault)[] Faults =
    [
        ("swallows", NetworkFault.Blackhole),
        ("refuses", new() { Refuses = true }),
        ("one way only", new() { DropsToClient = true }),
        ("is slow", new() { Delay = TimeSpan.FromMilliseconds(200), Jitter = TimeSpan.FromMilliseconds(100) }),
        ("resets", new() { ResetShare = 0.2 }),
        ("loses", new() { LossShare = 0.05 }),
        ("is narrow", new() { BytesPerSecond = 8_000 }),
    ];

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mesh-chaos-");
    private readonly List<string> _acknowledged = [];
    private long _served;
    private long _plain;

    private static int Seconds => Number("MESH_CHAOS_SECONDS", 30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task Chaos_OfTheControlPlaneAndItsNetwork_IsSeenByNoCaller()
    {
        var random = new Random(Number("MESH_CHAOS_SEED", 2026));
        await using var mesh = await InProcessMesh.StartAsync(
            ReviewsResources.Service + "\n---\n" + ReviewsResources.RouteTo("v1") + Strict, Cancellation, LogLevel.Warning, options => options.StateFolder = _state.FullName);
        mesh.Logs.Expect("XdsDisconnected").Expect("ShrinkHeld").Expect("XdsWriteTimedOut").Expect("NotEnrolled").Expect("RenewalLate");
        await using var proxy = new FaultProxy(mesh.SecureAddress.Port);
        var through = new KeyValuePair<string, string?>("Mesh:ControlPlane", $"https://127.0.0.1:{proxy.Port}");
        var instances = new Queue<InProcessService>();
        for (var instance = 0; instance < 3; instance++)
        {
            instances.Enqueue(await StartAsync(mesh, through));
        }

        var host = await mesh.StartClientAsync("caller", Cancellation, SettingsOf(mesh, "caller", through));
        using var load = new SteadyCalls(host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(), new Uri("http://reviews:9080/"), callers: 6);
        await load.UntilAsync("v1", Cancellation);
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(Seconds);
        var log = new List<string>();
        while (TimeProvider.System.GetUtcNow() < until)
        {
            var at = TimeProvider.System.GetUtcNow();
            log.Add($"{at:HH:mm:ss.fff} " + await StepAsync(mesh, proxy, host, instances, through, random));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1_000)), TimeProvider.System, Cancellation);
        }

        proxy.Fault = NetworkFault.None;
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await Eventually.ReachesAsync(
            "the caller follows the control plane again", async () => (await health.CheckHealthAsync(Cancellation)).Entries["mesh"].Status is HealthStatus.Healthy, timeout: TimeSpan.FromSeconds(60), cancellationToken: Cancellation);
        var failures = await load.StopAsync();
        TestContext.Current.SendDiagnosticMessage($"chaos: {load.Calls} calls, {log.Count} steps, {failures.Count} failures");
        Assert.True(failures.Count == 0, $"{failures.Count} of {load.Calls} calls failed: {string.Join(Environment.NewLine, failures.Take(10))}{Environment.NewLine}Steps:{Environment.NewLine}{string.Join(Environment.NewLine, log)}");
        Assert.Equal(0, Interlocked.Read(ref _plain));
        Assert.True(_served <= (load.Calls * 1.2) + 3, $"{_served} requests came of {load.Calls} calls: more than a fifth were repetitions.");
        Assert.Superset(_acknowledged.ToHashSet(), mesh.Store.Current.Resources.Keys.Select(id => id.Name).ToHashSet());
    }

    private async Task<string> StepAsync(
        InProcessMesh mesh, FaultProxy proxy, IHost caller, Queue<InProcessService> instances, KeyValuePair<string, string?> through, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                await mesh.StopControlPlaneAsync(Cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2_000)), TimeProvider.System, Cancellation);
                await mesh.StartControlPlaneAsync(Cancellation);
                return "control plane restarted";
            case 1 or 2 or 3:
                var (kind, fault) = Faults[random.Next(Faults.Length)];
                proxy.Fault = fault;
                return $"network {kind}";
            case 4 or 5:
                proxy.Fault = NetworkFault.None;
                return "network well";
            case 6:
                proxy.Cut();
                return "network cut";
            case 7 when random.Next(2) == 0:
                var name = $"change-{_acknowledged.Count}";
                var id = new ResourceId("", "Service", "default", name);
                var resource = new ResourceReader().Read($"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: default}}\nspec: {{ports: [{{port: 80, name: http}}]}}", "chaos").Resources.Single();
                Assert.Equal(WriteStatus.Done, (await mesh.Store.WriteAsync(new ResourceWrite(id, resource, 0), Cancellation)).Status);
                _acknowledged.Add(name);
                return "configuration written";
            case 7:
                mesh.Write("weights.yaml", $"# {random.Next()}\n" + ReviewsResources.RouteTo("v1").Replace("name: reviews}", "name: reviews-2}", StringComparison.Ordinal));
                return "configuration changed";
            case 8 when proxy.Fault == NetworkFault.None:
                // As a rollout does: it goes on when all are ready, so that everybody hears of it.
                if (!await AreWellAsync([caller.Services, .. instances.Select(instance => instance.App.Services)]))
                {
                    return "quiet";
                }

                instances.Enqueue(await StartAsync(mesh, through));
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation);
                await instances.Dequeue().StopAsync(Cancellation);
                return "instance replaced";
            default:
                return "quiet";
        }
    }

    private static KeyValuePair<string, string?>[] SettingsOf(InProcessMesh mesh, string account, KeyValuePair<string, string?> through) =>
        [.. mesh.SettingsOf(account).Where(setting => setting.Key != through.Key), through];

    private static async Task<bool> AreWellAsync(IEnumerable<IServiceProvider> processes)
    {
        foreach (var process in processes)
        {
            var report = await process.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
            if (report.Entries["mesh"].Status is not HealthStatus.Healthy)
            {
                return false;
            }
        }

        return true;
    }

    private Task<InProcessService> StartAsync(InProcessMesh mesh, KeyValuePair<string, string?> through) => mesh.StartServiceAsync(
        "reviews",
        "v1",
        app => app.MapGet("/", (HttpContext http) =>
        {
            Interlocked.Increment(ref _served);
            if (http.Features.Get<IMeshPeerFeature>() is null)
            {
                Interlocked.Increment(ref _plain);
            }

            return "v1";
        }),
        Cancellation,
        SettingsOf(mesh, "reviews", through));

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
