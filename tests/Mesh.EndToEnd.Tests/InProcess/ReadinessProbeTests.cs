using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>The probe of a WorkloadGroup, run by the process itself: who fails it leaves the endpoints, and comes back when it passes.</summary>
public sealed class ReadinessProbeTests : IAsyncLifetime
{
    private readonly WebApplication _sentinel = CreateSentinel();
    private volatile int _health = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sentinel.MapGet("/ready", () => Results.StatusCode(_health));
        await _sentinel.StartAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _sentinel.DisposeAsync();

    [Fact]
    public async Task Probe_ThatFailsAndPassesAgain_TakesTheProcessOutAndBringsItBack()
    {
        await using var mesh = await InProcessMesh.StartAsync(Resources(new Uri(_sentinel.Urls.First()).Port), Cancellation);
        mesh.Logs.Expect("ReadinessFailed");
        await mesh.StartServiceAsync("reviews", "machine", app => app.MapGet("/", () => "machine"), Cancellation, new KeyValuePair<string, string?>("Mesh:Group", "vms"));
        await mesh.StartServiceAsync("reviews", "other", app => app.MapGet("/", () => "other"), Cancellation);
        var host = await mesh.StartClientAsync("web", Cancellation, new KeyValuePair<string, string?>("Mesh:Outbound:DiscoveryTimeout", "00:00:30"));
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await ReachesAsync("both serve", client, ["machine", "other"]);

        _health = 503;
        await ReachesAsync("the machine is out", client, ["other"]);

        _health = 204;
        await ReachesAsync("it is back", client, ["machine", "other"]);
    }

    [Fact]
    public async Task Probe_ThatRunsACommand_IsRefusedWithItsReason()
    {
        await using var mesh = await InProcessMesh.StartAsync(Resources(1).Replace("httpGet: {path: /ready, host: localhost, port: 1 }", "exec: {command: [touch, /tmp/x]}", StringComparison.Ordinal), Cancellation);
        mesh.Logs.Expect("ReadinessProbeRefused");
        await mesh.StartServiceAsync("reviews", "machine", app => app.MapGet("/", () => "machine"), Cancellation, new KeyValuePair<string, string?>("Mesh:Group", "vms"));
        var host = await mesh.StartClientAsync("web", Cancellation, new KeyValuePair<string, string?>("Mesh:Outbound:DiscoveryTimeout", "00:00:30"));
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        await Eventually.ReachesAsync("it is told", () => mesh.Logs.Entries.Any(entry => entry.EventName == "ReadinessProbeRefused"), cancellationToken: Cancellation);
        await ReachesAsync("it serves", client, ["machine"]);
        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "ReadinessProbeRefused" && entry.Message.Contains("touch /tmp/x", StringComparison.Ordinal));
    }

    private static WebApplication CreateSentinel()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static string Resources(int port) => $$$"""
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec: {selector: {app: reviews}, ports: [{port: 9080, name: http}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata: {name: vms}
        spec:
          metadata: {labels: {app: reviews}}
          template: {serviceAccount: default}
          probe:
            periodSeconds: 1
            failureThreshold: 1
            httpGet: {path: /ready, host: localhost, port: {{{port}}} }
        """;

    /// <summary>Calls until a round of them was answered by exactly these.</summary>
    private static async Task ReachesAsync(string state, HttpClient client, string[] expected)
    {
        string[] seen = [];
        await Eventually.ReachesAsync(
            state,
            async () =>
            {
                var answers = new HashSet<string>(StringComparer.Ordinal);
                for (var call = 0; call < 12; call++)
                {
                    answers.Add(await client.GetStringAsync(new Uri("http://reviews:9080/"), Cancellation));
                }

                seen = [.. answers.Order(StringComparer.Ordinal)];
                return seen.SequenceEqual(expected);
            },
            () => string.Join(',', seen),
            cancellationToken: Cancellation);
    }
}
