using Mesh.Cli.Tests;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(LiveMesh))]

namespace Mesh.Cli.Tests;

/// <summary>A mesh with identities that all tests look at: reviews v1 and v2, ratings, and the client web that has called them; nobody changes it.</summary>
public sealed class LiveMesh : IAsyncLifetime
{
    public const string Resources = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: ratings}
        spec: {selector: {app: ratings}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews}
        spec:
          host: reviews
          trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}
          subsets:
          - name: v1
            labels: {version: v1}
          - name: v2
            labels: {version: v2}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - name: testers
            match:
            - headers:
                end-user: {exact: jason}
              uri: {prefix: /api}
            rewrite: {uri: /v2}
            timeout: 3s
            retries: {attempts: 2, perTryTimeout: 1s, retryOn: 5xx}
            fault: {delay: {fixedDelay: 2s, percentage: {value: 10}}}
            route:
            - destination: {host: reviews, subset: v2}
          - name: old
            match:
            - uri: {exact: /old}
            redirect: {uri: /new}
          - name: everybody
            route:
            - destination: {host: reviews, subset: v1}
              weight: 90
            - destination: {host: reviews, subset: v2}
              weight: 10
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: reviews-viewer}
        spec:
          selector: {matchLabels: {app: reviews}}
          rules:
          - to: [{operation: {methods: [GET]}}]
          - from: [{source: {principals: [cluster.local/ns/default/sa/web]}}]
            to: [{operation: {methods: [POST]}}]
        """;

    private InProcessMesh? _mesh;

    public InProcessMesh Mesh => _mesh!;

    public static string Yaml => "mesh.yaml";

    public async ValueTask InitializeAsync()
    {
        var cancellation = CancellationToken.None;
        _mesh = await InProcessMesh.StartAsync(Resources, cancellation);

        // Of the login with a token that is none.
        _mesh.Logs.Expect("ApiRefused");
        foreach (var (service, version) in new[] { ("reviews", "v1"), ("reviews", "v2"), ("ratings", "v1") })
        {
            await _mesh.StartServiceAsync(service, version, app => app.MapGet("/{**path}", () => version), cancellation, _mesh.SettingsOf(service));
        }

        var web = await _mesh.StartClientAsync("web", cancellation, _mesh.SettingsOf("web", new KeyValuePair<string, string?>("Mesh:Outbound:DiscoveryTimeout", "00:00:30")));
        using var client = web.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        foreach (var host in new[] { "reviews", "ratings" })
        {
            await Eventually.ReachesAsync($"web reaches {host}", async () =>
            {
                using var response = await client.GetAsync($"http://{host}:9080/", cancellation);
                return response.IsSuccessStatusCode;
            }, cancellationToken: cancellation);
        }

        await Eventually.ReachesAsync(
            "everything is acknowledged",
            async () => (await RunAsync("proxy-status", "-o", "json")).Json["items"]!.AsArray().All(item => item!["subscriptions"]!.AsArray().All(type => type!["synced"]!.GetValue<bool>())),
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
}
