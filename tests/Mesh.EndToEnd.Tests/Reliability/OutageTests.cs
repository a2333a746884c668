using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>The control plane is away: what runs goes on, what starts finds a way, and everybody can see it (fault matrix B01 to B03, B08, B09).</summary>
public sealed class OutageTests : IDisposable
{
    private static readonly Uri Reviews = new("http://reviews:9080/");

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mesh-state-");

    private const string SpareService = """

        ---
        apiVersion: v1
        kind: Service
        metadata: {name: spare}
        spec:
          selector: {app: spare}
          ports: [{port: 9080, name: http}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task B01_ControlPlaneStops_CallsGoOnAndHealthIsDegraded()
    {
        await using var mesh = await StartMeshAsync();
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = ClientOf(host);
        Assert.Equal("v1", await client.GetStringAsync(Reviews, Cancellation));
        await ReachesAsync(host, HealthStatus.Healthy);

        await mesh.StopControlPlaneAsync(Cancellation);

        await ReachesAsync(host, HealthStatus.Degraded);
        for (var call = 0; call < 200; call++)
        {
            Assert.Equal("v1", await client.GetStringAsync(Reviews, Cancellation));
        }

        await mesh.StartControlPlaneAsync(Cancellation);
        await ReachesAsync(host, HealthStatus.Healthy, mesh);
    }

    [Fact]
    public async Task B02_ControlPlaneIsAwayAndTheProcessStartsAgain_ServesFromItsSnapshot()
    {
        await using var mesh = await StartMeshAsync();
        await LeaveSnapshotAsync(mesh);
        await mesh.StopControlPlaneAsync(Cancellation);

        var host = await mesh.StartClientAsync("caller", Cancellation, Snapshot());
        using var client = ClientOf(host);
        Assert.Equal("v1", await client.GetStringAsync(Reviews, Cancellation));

        var entry = await EntryAsync(host);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal("snapshot", entry.Data["mode"]);
    }

    [Fact]
    public async Task B02_B09_WithIdentity_SnapshotAndKeptCertificateServeAStrictDestination()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service + Strict, Cancellation);
        mesh.Logs.Expect("XdsDisconnected").Expect("NotEnrolled").Expect("RenewalLate");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation, mesh.SettingsOf("reviews"));
        var settings = mesh.SettingsOf("caller", Snapshot());
        var first = await mesh.StartClientAsync("caller", Cancellation, settings);
        using (var before = ClientOf(first))
        {
            await Eventually.ReachesAsync("the strict service answers", async () => await CallAsync(before) == "v1", cancellationToken: Cancellation);
        }

        await first.StopAsync(Cancellation);
        await mesh.StopControlPlaneAsync(Cancellation);

        var host = await mesh.StartClientAsync("caller", Cancellation, settings);
        using var client = ClientOf(host);
        Assert.Equal("v1", await client.GetStringAsync(Reviews, Cancellation));
        Assert.Equal(HealthStatus.Degraded, (await EntryAsync(host)).Status);
    }

    [Theory]
    [InlineData("Fail", HttpStatusCode.ServiceUnavailable, HealthStatus.Unhealthy)]
    [InlineData("Wait", HttpStatusCode.ServiceUnavailable, HealthStatus.Unhealthy)]
    [InlineData("Direct", HttpStatusCode.OK, HealthStatus.Degraded)]
    public async Task B03_F03_FirstStartWithoutControlPlane_HostStartsAndRequestsDoAsConfigured(string choice, HttpStatusCode expected, HealthStatus health)
    {
        await using var mesh = await StartMeshAsync();
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StopControlPlaneAsync(Cancellation);
        await using var outside = await Outside.StartAsync("outside", Cancellation);

        var host = await mesh.StartClientAsync(
            "caller",
            Cancellation,
            new("Mesh:Fallback:WhenNoConfiguration", choice),
            new("Mesh:Fallback:WaitTimeout", "00:00:00.3"),
            new("Mesh:Outbound:DiscoveryTimeout", "00:00:00.3"));
        using var client = ClientOf(host);
        using var response = await client.GetAsync(outside.Address, Cancellation);

        Assert.Equal(expected, response.StatusCode);
        await ReachesAsync(host, health);
    }

    [Fact]
    public async Task B03_WaitForTheFirstWord_RequestIsAnsweredWhenTheControlPlaneComes()
    {
        await using var mesh = await StartMeshAsync();
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StopControlPlaneAsync(Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation, [new("Mesh:Fallback:WhenNoConfiguration", "Wait")]);
        using var client = ClientOf(host);

        var waiting = CallAsync(client);
        await mesh.StartControlPlaneAsync(Cancellation);

        // The service may be back later than its caller: then there is no endpoint yet.
        Assert.DoesNotContain("WhenNoConfiguration", await waiting, StringComparison.Ordinal);
        var seen = "";
        await Eventually.ReachesAsync("the service answers", async () => (seen = await CallAsync(client)) == "v1", () => seen + Environment.NewLine + string.Join(Environment.NewLine, mesh.Logs.Entries.Where(entry => entry.Category.StartsWith("Mesh", StringComparison.Ordinal)).TakeLast(60)), cancellationToken: Cancellation);
    }

    [Fact]
    public async Task B03_ServicesOfTheConfiguration_ServeAFirstStartWithoutControlPlane()
    {
        await using var mesh = await StartMeshAsync();
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StopControlPlaneAsync(Cancellation);
        await using var outside = await Outside.StartAsync("declared", Cancellation);

        var host = await mesh.StartClientAsync("caller", Cancellation, [new("Services:reviews:http:0", $"http://127.0.0.1:{outside.Address.Port}")]);
        using var client = ClientOf(host);

        Assert.Equal("declared", await client.GetStringAsync(Reviews, Cancellation));
        Assert.Equal("declared", (await EntryAsync(host)).Data["mode"]);
    }

    [Fact]
    public async Task B07_ControlPlaneComesBackWithAnEmptyStore_ServesNobodyAndCallersGoOn()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation, configure: options => options.StateFolder = _state.FullName);
        mesh.Logs.Expect("XdsDisconnected").Expect("StoreImplausible");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var load = new SteadyCalls(ClientOf(host), Reviews);
        await load.UntilAsync("v1", Cancellation);
        await mesh.StopControlPlaneAsync(Cancellation);
        mesh.Delete("mesh.yaml");

        var starting = mesh.StartControlPlaneAsync(Cancellation);
        await Eventually.ReachesAsync("it is seen that the store is empty", () => mesh.Logs.Entries.Any(entry => entry.EventName == "StoreImplausible"), cancellationToken: Cancellation);
        await ReachesAsync(host, HealthStatus.Degraded);
        Assert.False(starting.IsCompleted);

        mesh.Write("mesh.yaml", ReviewsResources.Service);
        await starting;
        await ReachesAsync(host, HealthStatus.Healthy, mesh);
        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task B07_RouteChangedWhileTheControlPlaneWasAway_IsFollowedWhenTheWorkloadsBehindItAreBack()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service + SpareService, Cancellation);
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await mesh.StartServiceAsync("spare", "v1", app => app.MapGet("/", () => "spare"), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var load = new SteadyCalls(ClientOf(host), Reviews);
        await load.UntilAsync("v1", Cancellation);

        // The caller has never heard of the other service, and may be back before its processes are.
        await mesh.StopControlPlaneAsync(Cancellation);
        mesh.Write("route.yaml", """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews}
            spec:
              hosts: [reviews]
              http: [{route: [{destination: {host: spare}}]}]
            """);
        await mesh.StartControlPlaneAsync(Cancellation);

        await load.UntilAsync("spare", Cancellation);
        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task B08_KillSwitch_ByConfigurationAndByFile_NoRequestFails()
    {
        await using var mesh = await StartMeshAsync();
        mesh.Logs.Expect("KillSwitch");
        await using var outside = await Outside.StartAsync("direct", Cancellation);
        var signal = Path.Combine(_state.FullName, "direct");
        var host = await mesh.StartClientAsync(
            "caller", Cancellation, new("Mesh:Fallback:SignalFile", signal), new("Mesh:Fallback:Services:reviews:0", $"127.0.0.1:{outside.Address.Port}"));
        using var load = new SteadyCalls(ClientOf(host), Reviews);
        await load.UntilAsync("v1", Cancellation);

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mesh:Fallback:Mode"] = "Direct";
        configuration.Reload();
        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "KillSwitch");
        await load.UntilAsync("direct", Cancellation);
        Assert.Equal(HealthStatus.Degraded, (await EntryAsync(host)).Status);
        configuration["Mesh:Fallback:Mode"] = "Auto";
        configuration.Reload();
        await load.UntilAsync("v1", Cancellation);

        await File.WriteAllTextAsync(signal, "", Cancellation);
        await load.UntilAsync("direct", Cancellation);
        File.Delete(signal);
        await load.UntilAsync("v1", Cancellation);

        Assert.Empty(await load.StopAsync());
    }

    private const string Strict = """

        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: istio-system}
        spec: {mtls: {mode: STRICT}}
        """;

    private static async Task<InProcessMesh> StartMeshAsync()
    {
        var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        return mesh;
    }

    private async Task LeaveSnapshotAsync(InProcessMesh mesh)
    {
        var host = await mesh.StartClientAsync("caller", Cancellation, Snapshot());
        using var client = ClientOf(host);
        Assert.Equal("v1", await client.GetStringAsync(Reviews, Cancellation));
        await host.StopAsync(Cancellation);
        Assert.NotEmpty(Directory.EnumerateFiles(_state.FullName, "*.snapshot"));
    }

    private KeyValuePair<string, string?>[] Snapshot() => [new("Mesh:Fallback:Snapshot:Path", _state.FullName)];

    private static HttpClient ClientOf(IHost host) => host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    private static async Task<string> CallAsync(HttpClient client)
    {
        using var response = await client.GetAsync(Reviews, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private static async Task<HealthReportEntry> EntryAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation)).Entries["mesh"];

    private static async Task ReachesAsync(IHost host, HealthStatus status, InProcessMesh? mesh = null)
    {
        var seen = default(HealthReportEntry);
        await Eventually.ReachesAsync(
            $"health is {status}", async () => (seen = await EntryAsync(host)).Status == status, () => $"{seen.Status}: {seen.Description} {string.Join("\n", mesh?.Logs.Entries.Where(entry => entry.Category.Contains("Xds")).TakeLast(12) ?? [])}", cancellationToken: Cancellation);
    }
}
