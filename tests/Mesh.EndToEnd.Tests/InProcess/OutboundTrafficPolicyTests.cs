using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>What callers see of hosts that the mesh does not know, or that their Sidecar hides.</summary>
public sealed class OutboundTrafficPolicyTests
{
    private const string RegistryOnly =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n";

    private static string Sidecar(string host) =>
        $"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {{name: default}}\nspec: {{egress: [{{hosts: ['{host}']}}]}}\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ToAnUnknownHostUnderRegistryOnly_Is502AndTheServicesGoOn()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service + "\n---\n" + RegistryOnly, Cancellation);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        using var client = await ClientAsync(mesh);

        await ReachesAsync(client, "http://reviews:9080/", "OK v1");
        await ReachesAsync(client, "http://unknown.example.com/", "BadGateway outboundTrafficPolicy is REGISTRY_ONLY");
    }

    [Fact]
    public async Task Send_ToAServiceThatASidecarHides_FollowsTheChangeOfTheSidecar()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service + "\n---\n" + RegistryOnly, Cancellation);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        using var client = await ClientAsync(mesh);

        // What the Sidecar hides is taken back while the client still lets go of it.
        mesh.Logs.Expect("XdsResourceRemoved");
        await ReachesAsync(client, "http://reviews:9080/", "OK v1");

        mesh.Write("sidecar.yaml", Sidecar("other/*"));
        await ReachesAsync(client, "http://reviews:9080/", "BadGateway outboundTrafficPolicy is REGISTRY_ONLY");

        mesh.Write("sidecar.yaml", Sidecar("./*"));
        await ReachesAsync(client, "http://reviews:9080/", "OK v1");
    }

    private static async Task<HttpClient> ClientAsync(InProcessMesh mesh)
    {
        var host = await mesh.StartClientAsync("caller", Cancellation);
        return host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
    }

    private static Task ReachesAsync(HttpClient client, string uri, string expected)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            $"{uri} answers {expected}",
            async () =>
            {
                try
                {
                    using var response = await client.GetAsync(new Uri(uri), Cancellation);
                    seen = $"{response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
                }
                catch (HttpRequestException exception)
                {
                    seen = exception.Message;
                }

                return seen.StartsWith(expected, StringComparison.Ordinal);
            },
            () => seen,
            cancellationToken: Cancellation);
    }
}
