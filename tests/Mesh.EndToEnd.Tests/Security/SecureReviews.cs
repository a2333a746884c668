using System.Net;
using Mesh.Server;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>A service that answers who called it, callers with and without the mesh, and what became of their calls.</summary>
internal static class SecureReviews
{
    public const string Refused = "refused";
    public const string Plaintext = "plaintext";

    public const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          selector: {app: reviews}
          ports: [{port: 9080, name: http}]
        """;

    /// <summary>How <c>account</c> is answered when it came over mutual TLS.</summary>
    public static string IdOf(string account) => $"spiffe://cluster.local/ns/default/sa/{account}";

    public static Task<InProcessService> StartAsync(InProcessMesh mesh, CancellationToken cancellationToken, params KeyValuePair<string, string?>[] more) =>
        mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", Caller), cancellationToken, mesh.SettingsOf("reviews", more));

    public static async Task<HttpClient> StartCallerAsync(
        InProcessMesh mesh, string account, CancellationToken cancellationToken, params KeyValuePair<string, string?>[] more)
    {
        var host = await mesh.StartClientAsync(account, cancellationToken, mesh.SettingsOf(account, more));
        return host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
    }

    public static int PortOf(InProcessService service) => new Uri(service.App.Urls.First()).Port;

    /// <summary>The caller as the server saw it, <see cref="Refused"/> when no answer came from the server, else the status.</summary>
    public static async Task<string> CallAsync(HttpClient client, string address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(address), cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
                HttpStatusCode.ServiceUnavailable => Refused,
                var status => $"{(int)status}",
            };
        }
        catch (HttpRequestException)
        {
            return Refused;
        }
    }

    /// <summary>Waits for an outcome, and holds the next calls to it.</summary>
    public static async Task ReachesAsync(string outcome, Func<Task<string>> call, CancellationToken cancellationToken)
    {
        var seen = "";
        await Eventually.ReachesAsync($"outcome {outcome}", async () => (seen = await call()) == outcome, () => seen, cancellationToken: cancellationToken);
        for (var again = 0; again < 3; again++)
        {
            Assert.Equal(outcome, await call());
        }
    }

    private static string Caller(HttpContext context)
    {
        // Both witnesses must agree: the connection as the application sees it, and as the mesh does.
        var peer = context.Features.Get<IMeshPeerFeature>();
        return context.Request.IsHttps == peer is not null ? peer?.PeerId ?? Plaintext : $"https {context.Request.IsHttps}, peer '{peer?.PeerId}'";
    }
}
