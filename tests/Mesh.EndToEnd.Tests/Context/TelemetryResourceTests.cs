using System.Text.Json.Nodes;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.Context;

/// <summary>Telemetry resources decide what processes log, while they run.</summary>
public sealed class TelemetryResourceTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: { name: ratings }
        spec: { selector: { app: ratings }, ports: [{ name: http, port: 9080 }] }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: istio, namespace: istio-system }
        data:
          mesh: |
            extensionProviders:
            - { name: json, envoyFileAccessLog: { path: /dev/stdout, logFormat: { labels: { code: "%RESPONSE_CODE%", cluster: "%UPSTREAM_CLUSTER%", id: "%REQ(X-REQUEST-ID)%" } } } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AccessLogging_OfAResource_IsFollowedByBothSidesAsItChanges()
    {
        await using var mesh = await InProcessMesh.StartAsync(Service, Cancellation);
        var served = await mesh.StartServiceAsync("ratings", "v1", app => app.MapGet("/{code}", (int code) => Results.StatusCode(code)), Cancellation);
        var caller = await mesh.StartClientAsync("caller", Cancellation);
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync("ratings answers", AnswersAsync, cancellationToken: Cancellation);
        Assert.Empty(Entries());

        mesh.Write("telemetry.yaml", """
            apiVersion: telemetry.istio.io/v1
            kind: Telemetry
            metadata: { name: failures, namespace: default }
            spec:
              accessLogging:
              - { providers: [{ name: json }], filter: { expression: "response.code >= 400" } }
            """);
        await Eventually.ReachesAsync("both sides log failures", async () =>
        {
            await SendAsync("/404", "wait");
            return Entries().Count(entry => (string?)entry["id"] == "wait") >= 2;
        }, cancellationToken: Cancellation);
        await SendAsync("/200", "good");
        await SendAsync("/418", "bad");
        await Eventually.ReachesAsync("the failure is logged", () => Task.FromResult(Entries().Count(entry => (string?)entry["id"] == "bad") == 2), cancellationToken: Cancellation);

        Assert.DoesNotContain(Entries(), entry => (string?)entry["id"] == "good");
        var logged = Entries().Where(entry => (string?)entry["id"] == "bad").ToArray();
        Assert.All(logged, entry => Assert.Equal(418, (int)entry["code"]!));
        Assert.Equal(
            [$"inbound|{new Uri(served.App.Urls.First()).Port}||", "outbound|9080||ratings.default.svc.cluster.local"],
            logged.Select(entry => (string)entry["cluster"]!).Order(StringComparer.Ordinal));

        async Task<bool> AnswersAsync()
        {
            try
            {
                using var response = await client.GetAsync("http://ratings:9080/200", Cancellation);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // A busy machine: the first configuration is not here yet.
                return false;
            }
        }

        async Task SendAsync(string path, string id)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://ratings:9080" + path);
            request.Headers.Add("x-request-id", id);
            using var response = await client.SendAsync(request, Cancellation);
        }

        JsonNode[] Entries()
        {
            caller.Services.GetRequiredService<LogQueue>().Write();
            served.App.Services.GetRequiredService<LogQueue>().Write();
            return [.. mesh.Logs.Entries.Where(entry => entry.EventName == "AccessLog").Select(entry => JsonNode.Parse(entry.Message)!)];
        }
    }
}
