using System.Text.Json.Nodes;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>The control plane takes the calls of processes out of the mesh and back, and knows what each of them follows (fault matrix B08).</summary>
public sealed class OrderedModeTests : IDisposable
{
    private static readonly Uri Reviews = new("http://reviews:9080/");

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mesh-modes-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task B08_OrderOfTheControlPlane_IsFollowedKeptOverItsRestartAndTakenBack_NoRequestFails()
    {
        await using var mesh = await StartMeshAsync();
        await using var outside = await Outside.StartAsync("direct", Cancellation);
        var host = await StartCallerAsync(mesh, outside);
        using var load = new SteadyCalls(ClientOf(host), Reviews);
        await load.UntilAsync("v1", Cancellation);
        await ShowsAsync(mesh, "caller", "live");
        using var api = new HttpClient();

        var change = await SwitchAsync(api, mesh, "direct", "caller");
        Assert.Equal("1", $"{change["processes"]}");
        await load.UntilAsync("direct", Cancellation);
        var told = await ShowsAsync(mesh, "caller", "direct");
        Assert.Equal(("direct", "the control plane"), ($"{told["ordered"]}", $"{told["switchedBy"]![0]}"));
        await ShowsAsync(mesh, "reviews", "live");

        await mesh.StopControlPlaneAsync(Cancellation);
        await load.UntilAsync("direct", Cancellation);
        await mesh.StartControlPlaneAsync(Cancellation);
        told = await ShowsAsync(mesh, "caller", "direct");
        Assert.Equal("direct", $"{told["ordered"]}");
        Assert.NotNull(told["lastOutage"]);
        await load.UntilAsync("direct", Cancellation);

        await SwitchAsync(api, mesh, "mesh", "caller");
        await load.UntilAsync("v1", Cancellation);
        await ShowsAsync(mesh, "caller", "live");
        Assert.Empty(await load.StopAsync());
        var audit = await api.GetStringAsync(new Uri(mesh.ApiAddress, "/api/v1/audit"), Cancellation);
        Assert.Contains("mode=direct", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B08_ProcessThatFollowsNoOrders_OnlyTells()
    {
        await using var mesh = await StartMeshAsync();
        await using var outside = await Outside.StartAsync("direct", Cancellation);
        var host = await StartCallerAsync(mesh, outside, new KeyValuePair<string, string?>("Mesh:Fallback:FollowOrders", "false"));
        using var client = ClientOf(host);
        using var api = new HttpClient();
        await ShowsAsync(mesh, "caller", "live");

        await SwitchAsync(api, mesh, "direct", target: null);

        await ShowsAsync(mesh, "reviews", "direct");
        Assert.Equal("v1", await client.GetStringAsync(Reviews, Cancellation));
        Assert.Equal("live", $"{(await ShowsAsync(mesh, "caller", "live"))["mode"]}");
    }

    private async Task<InProcessMesh> StartMeshAsync()
    {
        var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation, configure: options => options.StateFolder = _state.FullName);
        mesh.Logs.Expect("XdsDisconnected").Expect("KillSwitch");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        return mesh;
    }

    private static Task<IHost> StartCallerAsync(InProcessMesh mesh, Outside outside, params KeyValuePair<string, string?>[] settings) => mesh.StartClientAsync(
        "caller", Cancellation, [new("Mesh:Fallback:Services:reviews:0", $"127.0.0.1:{outside.Address.Port}"), .. settings]);

    private static async Task<JsonNode> SwitchAsync(HttpClient api, InProcessMesh mesh, string mode, string? target)
    {
        var whom = target is null ? "" : $"&namespace=default&target={target}";
        using var response = await api.PostAsync(new Uri(mesh.ApiAddress, $"/api/v1/modes?mode={mode}&reason=test{whom}"), null, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Waits until the control plane says that the calls of a service follow something, and returns what it says.</summary>
    private static async Task<JsonNode> ShowsAsync(InProcessMesh mesh, string service, string mode)
    {
        using var api = new HttpClient();
        JsonNode? found = null;
        var seen = "";
        await Eventually.ReachesAsync(
            $"{service} follows {mode}",
            async () =>
            {
                seen = await api.GetStringAsync(new Uri(mesh.ApiAddress, "/api/v1/modes"), Cancellation);
                found = JsonNode.Parse(seen)!["items"]!.AsArray().FirstOrDefault(item => $"{item!["service"]}" == service && $"{item["mode"]}" == mode);
                return found is not null;
            },
            () => seen,
            cancellationToken: Cancellation);
        return found!;
    }

    private static HttpClient ClientOf(IHost host) => host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
}
