using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Mesh.EndToEnd.Tests.Gateways.GatewayCertificates;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>TLS that is originated with a Secret (<c>credentialName</c> of a DestinationRule): Istio's task "Egress Gateways with TLS Origination", its part on mutual TLS, and a workload that is no gateway.</summary>
public sealed class OriginatedCredentialTests : IDisposable
{
    private const string Host = "my-nginx.mesh-external.svc.cluster.local";

    private readonly Ephemeral _authority = new(Certificate("Roots", isAuthority: true));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Mutual_AtTheEgressGateway_ShowsTheSecretOfItsNamespaceAndFollowsIt()
    {
        await using var outside = await OutsideAsync();
        using var first = new Ephemeral(Issue(_authority.Value, "first.example"));
        using var second = new Ephemeral(Issue(_authority.Value, "second.example"));
        using var strangers = new Ephemeral(Certificate("Strangers", isAuthority: true));
        await using var mesh = await InProcessMesh.StartAsync(Entry(outside) + Chain, Cancellation);
        mesh.Logs.Expect("PeerRefused");
        await mesh.StartGatewayAsync([80], Cancellation, [new("Mesh:Labels:istio", "egressgateway"), new("Mesh:Service", "istio-egressgateway"), .. mesh.SettingsIn("istio-system", "egress")]);
        var host = await mesh.StartClientAsync("sleep", Cancellation);

        // A Secret of the same name elsewhere is not the gateway's.
        mesh.Write("elsewhere.yaml", Secret("client-credential", first.Value, _authority.Value));
        await ReachesAsync(host, 503, "no secret kubernetes://client-credential");

        mesh.Write("secret.yaml", Secret("client-credential", first.Value, _authority.Value, "istio-system"));
        await ReachesAsync(host, 200, "CN=first.example");
        mesh.Write("secret.yaml", Secret("client-credential", second.Value, _authority.Value, "istio-system"));
        await ReachesAsync(host, 200, "CN=second.example");
        mesh.Write("secret.yaml", Secret("client-credential", second.Value, strangers.Value, "istio-system"));
        await ReachesAsync(host, 503, "CERTIFICATE_VERIFY_FAILED");
    }

    [Fact(Timeout = 120_000)]
    public async Task Mutual_OfAWorkloadThatARuleNames_ShowsTheSecretAndOthersAreGivenNone()
    {
        await using var outside = await OutsideAsync();
        using var own = new Ephemeral(Issue(_authority.Value, "sleep.example"));
        await using var mesh = await InProcessMesh.StartAsync(
            Entry(outside) + Rule("default", "workloadSelector: { matchLabels: { app: sleep } }") + Secret("client-credential", own.Value) + Roots("client-credential", _authority.Value), Cancellation);
        var named = await mesh.StartClientAsync("sleep", Cancellation, mesh.SettingsOf("sleep", new KeyValuePair<string, string?>("Mesh:Labels:app", "sleep")));
        var unproved = await mesh.StartClientAsync("other", Cancellation, new KeyValuePair<string, string?>("Mesh:Labels:app", "sleep"));

        await ReachesAsync(named, 200, "CN=sleep.example", port: 443);
        await ReachesAsync(unproved, 503, "no secret kubernetes://client-credential", port: 443);
    }

    private static string Rule(string @namespace, string selector = "") => $$"""

        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: originate-mtls-for-nginx, namespace: {{@namespace}} }
        spec:
          host: my-nginx.mesh-external.svc.cluster.local
          {{selector}}
          trafficPolicy:
            loadBalancer: {simple: ROUND_ROBIN}
            connectionPool: { http: { maxRequestsPerConnection: 1 } }
            portLevelSettings:
            - port: {number: 443}
              connectionPool: { http: { maxRequestsPerConnection: 1 } }
              tls: {mode: MUTUAL, credentialName: client-credential, sni: my-nginx.mesh-external.svc.cluster.local}
        ---

        """;

    private static string Chain => Rule("istio-system") + """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: istio-egressgateway}
        spec:
          selector: {istio: egressgateway}
          servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [my-nginx.mesh-external.svc.cluster.local]}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: direct-nginx-through-egress-gateway}
        spec:
          hosts: [my-nginx.mesh-external.svc.cluster.local]
          gateways: [istio-egressgateway, mesh]
          http:
          - match: [{gateways: [mesh], port: 80}]
            route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}, weight: 100}]
          - match: [{gateways: [istio-egressgateway], port: 80}]
            route: [{destination: {host: my-nginx.mesh-external.svc.cluster.local, port: {number: 443}}, weight: 100}]
        ---

        """;

    private static string Entry(WebApplication outside) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: nginx}
        spec:
          hosts: [my-nginx.mesh-external.svc.cluster.local]
          ports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: http-tls, protocol: HTTP}]
          resolution: STATIC
          location: MESH_EXTERNAL
          endpoints: [{ address: 127.0.0.1, ports: { http: 1, http-tls: {{new Uri(outside.Urls.First()).Port}} } }]
        """;

    /// <summary>A server that demands a certificate of the authority, and says whose it was.</summary>
    private async Task<WebApplication> OutsideAsync()
    {
        var own = Issue(_authority.Value, Host);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(https =>
        {
            https.ServerCertificate = own;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == _authority.Value.Subject;
        })));
        var app = builder.Build();
        app.MapFallback((HttpContext context) => context.Connection.ClientCertificate!.Subject);
        await app.StartAsync(Cancellation);
        return app;
    }

    private static Task ReachesAsync(IHost host, int status, string text, int port = 80)
    {
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var last = "";
        return Eventually.ReachesAsync(
            $"it is answered with {status} '{text}'",
            async () =>
            {
                using var response = await client.GetAsync($"http://{Host}:{port}/", Cancellation);
                last = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
                return (int)response.StatusCode == status && last.Contains(text, StringComparison.Ordinal);
            },
            () => last,
            cancellationToken: Cancellation);
    }
}
