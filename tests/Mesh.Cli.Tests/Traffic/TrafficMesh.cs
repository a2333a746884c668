using System.Text.Json.Nodes;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Cli.Tests.Traffic;

/// <summary>A mesh with traffic: web has asked reviews v1 and v2, and one in five of its requests failed; nobody asks any more.</summary>
public sealed class TrafficMesh : IAsyncLifetime
{
    private InProcessMesh? _mesh;
    private InProcessService? _web;

    public Uri Web => new(_web!.App.Urls.First());

    public InProcessMesh Mesh => _mesh!;

    public IServiceProvider WebServices => _web!.App.Services;

    public async ValueTask InitializeAsync()
    {
        var cancellation = CancellationToken.None;
        _mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, cancellation, configure: options => options.LoadReportInterval = TimeSpan.FromSeconds(1));
        _mesh.Logs.Expect("ApiRefused");
        foreach (var version in new[] { "v1", "v2" })
        {
            await _mesh.StartServiceAsync("reviews", version, app => app.MapGet("/{**path}", (string? path) => path == "broken" ? Results.StatusCode(500) : Results.Text(version)), cancellation, _mesh.SettingsOf("reviews"));
        }

        _web = await _mesh.StartServiceAsync("web", "v7", app => app.MapMeshDebug(), cancellation, _mesh.SettingsOf("web", new KeyValuePair<string, string?>("Mesh:Outbound:DiscoveryTimeout", "00:00:30")));
        using var client = WebServices.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync("both versions answer", async () =>
        {
            var seen = new HashSet<string>();
            for (var call = 0; call < 8; call++)
            {
                using var response = await client.GetAsync("http://reviews:9080/", cancellation);
                seen.Add(response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellation) : "");
            }

            return seen.IsSupersetOf(["v1", "v2"]);
        }, cancellationToken: cancellation);
        for (var call = 0; call < 100; call++)
        {
            using var response = await client.GetAsync(call % 5 == 0 ? "http://reviews:9080/broken" : "http://reviews:9080/fine", cancellation);
        }

        await Eventually.ReachesAsync(
            "everything is on the graph",
            async () => (await RunAsync("graph", "--window", "4m", "-o", "json")).Json["edges"]!.AsArray().Sum(edge => (int)edge!["errors"]!) >= 20,
            cancellationToken: cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }

    internal Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", Mesh.ApiAddress.ToString()]);

    internal static int Sum(JsonNode list, Func<JsonNode, JsonNode?> field) => list.AsArray().Sum(item => (int?)field(item!) ?? 0);
}
