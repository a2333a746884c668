using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Hosts beyond the mesh, by every way that a ServiceEntry resolves them; the server knows nothing of the mesh.</summary>
public sealed class ServiceEntryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("api.example.com", "resolution: STATIC, endpoints: [{address: 127.0.0.1, ports: {http: PORT}}]", "http://api.example.com/")]
    [InlineData("api.example.com", "resolution: DNS, endpoints: [{address: localhost, ports: {http: PORT}}]", "http://api.example.com/")]
    [InlineData("api.example.com", "resolution: DNS_ROUND_ROBIN, endpoints: [{address: localhost, ports: {http: PORT}}]", "http://api.example.com/")]
    [InlineData("'*.example.com'", "resolution: STATIC, endpoints: [{address: 127.0.0.1, ports: {http: PORT}}]", "http://any.example.com/")]
    [InlineData("api.example.com", "resolution: STATIC, addresses: [240.7.7.7], endpoints: [{address: 127.0.0.1, ports: {http: PORT}}]", "http://240.7.7.7/")]
    public async Task Send_ToAHostBeyondTheMesh_ReachesItsEndpoints(string host, string resolution, string uri)
    {
        await using var server = await StartServerAsync();
        await using var mesh = await InProcessMesh.StartAsync(Entry(host, resolution, 80, server), Cancellation);

        await ReachesAsync(mesh, uri);
    }

    private static async Task ReachesAsync(InProcessMesh mesh, string uri)
    {
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var seen = "";
        await Eventually.ReachesAsync(
            $"{uri} answers",
            async () =>
            {
                try
                {
                    using var response = await client.GetAsync(new Uri(uri), Cancellation);
                    seen = $"{response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
                    return response.StatusCode == HttpStatusCode.OK && seen.EndsWith("beyond", StringComparison.Ordinal);
                }
                catch (HttpRequestException exception)
                {
                    // The control plane had not answered yet, so that the call went past the mesh.
                    seen = exception.Message;
                    return false;
                }
            },
            () => seen,
            cancellationToken: Cancellation);
    }

    private static string Entry(string host, string resolution, int port, WebApplication server) =>
        "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: api}\n"
        + $"spec: {{hosts: [{host}], location: MESH_EXTERNAL, ports: [{{number: {port}, name: http, protocol: HTTP}}], {resolution.Replace("PORT", $"{PortOf(server)}", StringComparison.Ordinal)}}}";

    private static int PortOf(WebApplication server) =>
        new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/", () => "beyond");
        await app.StartAsync(Cancellation);
        return app;
    }
}
