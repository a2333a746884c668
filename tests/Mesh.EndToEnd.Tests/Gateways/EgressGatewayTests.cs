using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Istio's tasks "Egress Gateways" and "Egress Gateways with TLS Origination": the files are Istio's but for the addresses of the outside world, which is this machine.</summary>
public sealed class EgressGatewayTests
{
    private const string Destination = """

        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: egressgateway-for-cnn}
        spec:
          host: istio-egressgateway.istio-system.svc.cluster.local
          subsets: [{name: cnn}]
        ---

        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task Http_OfAnExternalHost_LeavesThroughTheEgressGateway()
    {
        await using var outside = await OutsideAsync();
        await using var mesh = await InProcessMesh.StartAsync(Entry(outside) + Gateway("{number: 80, name: http, protocol: HTTP}") + Destination + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: direct-cnn-through-egress-gateway}
            spec:
              hosts: [edition.cnn.com]
              gateways: [istio-egressgateway, mesh]
              http:
              - match: [{gateways: [mesh], port: 80}]
                route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, subset: cnn, port: {number: 80}}, weight: 100}]
              - match: [{gateways: [istio-egressgateway], port: 80}]
                route: [{destination: {host: edition.cnn.com, port: {number: 80}}, weight: 100}]
            """, Cancellation);
        await mesh.StartGatewayAsync([80], Cancellation, [.. EgressSettings, new("Mesh:Namespace", "istio-system")]);
        var client = Client(await mesh.StartClientAsync("sleep", Cancellation));

        await ReachesAsync(client, "http://edition.cnn.com/politics", "http edition.cnn.com /politics by a gateway");
    }

    [Fact(Timeout = 90_000)]
    public async Task Https_OfAnExternalHost_PassesThroughTheEgressGatewayByItsServerName()
    {
        await using var outside = await OutsideAsync();
        await using var mesh = await InProcessMesh.StartAsync(Entry(outside) + Gateway("{number: 443, name: tls, protocol: TLS}", "{mode: PASSTHROUGH}") + Destination + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: direct-cnn-through-egress-gateway}
            spec:
              hosts: [edition.cnn.com]
              gateways: [mesh, istio-egressgateway]
              tls:
              - match: [{gateways: [mesh], port: 443, sniHosts: [edition.cnn.com]}]
                route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, subset: cnn, port: {number: 443}}}]
              - match: [{gateways: [istio-egressgateway], port: 443, sniHosts: [edition.cnn.com]}]
                route: [{destination: {host: edition.cnn.com, port: {number: 443}}, weight: 100}]
            """, Cancellation);
        await mesh.StartGatewayAsync([443], Cancellation, [.. EgressSettings, new("Mesh:Namespace", "istio-system")]);
        var connector = (await mesh.StartClientAsync("sleep", Cancellation)).Services.GetRequiredService<IMeshConnector>();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var stream = await connector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
                Assert.Equal("outbound|443|cnn|istio-egressgateway.istio-system.svc.cluster.local", Assert.IsAssignableFrom<MeshStream>(stream).ClusterName);
                return stream;
            },
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsOutside },
        });

        await ReachesAsync(client, "https://edition.cnn.com/politics", "https edition.cnn.com /politics directly");
    }

    [Fact(Timeout = 120_000)]
    public async Task Http_WithMutualTlsToTheGateway_HasItsTlsOriginatedThere()
    {
        await using var outside = await OutsideAsync();
        await using var mesh = await InProcessMesh.StartAsync(Entry(outside) + Gateway("{number: 443, name: https-port-for-tls-origination, protocol: HTTPS}", "{mode: ISTIO_MUTUAL}") + """

            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: egressgateway-for-cnn}
            spec:
              host: istio-egressgateway.istio-system.svc.cluster.local
              subsets:
              - name: cnn
                trafficPolicy:
                  loadBalancer: {simple: ROUND_ROBIN}
                  portLevelSettings: [{port: {number: 443}, tls: {mode: ISTIO_MUTUAL, sni: edition.cnn.com}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: direct-cnn-through-egress-gateway}
            spec:
              hosts: [edition.cnn.com]
              gateways: [istio-egressgateway, mesh]
              http:
              - match: [{gateways: [mesh], port: 80}]
                route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, subset: cnn, port: {number: 443}}, weight: 100}]
              - match: [{gateways: [istio-egressgateway], port: 443}]
                route: [{destination: {host: edition.cnn.com, port: {number: 443}}, weight: 100}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: originate-tls-for-edition-cnn-com}
            spec:
              host: edition.cnn.com
              trafficPolicy:
                loadBalancer: {simple: ROUND_ROBIN}
                portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE, insecureSkipVerify: true}}]
            """, Cancellation);
        await mesh.StartGatewayAsync([443], Cancellation, [.. EgressSettings, .. mesh.SettingsIn("istio-system", "egress")]);
        var client = Client(await mesh.StartClientAsync("sleep", Cancellation, mesh.SettingsOf("sleep")));

        await ReachesAsync(client, "http://edition.cnn.com/politics", "https edition.cnn.com /politics by a gateway");
    }

    private static KeyValuePair<string, string?>[] EgressSettings => [new("Mesh:Labels:istio", "egressgateway"), new("Mesh:Service", "istio-egressgateway")];

    private static string Gateway(string port, string? tls = null) => $$"""

        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: istio-egressgateway}
        spec:
          selector: {istio: egressgateway}
          servers:
          - hosts: [edition.cnn.com]
            port: {{port}}
            {{(tls is null ? "" : $"tls: {tls}")}}
        """;

    private static string Entry(WebApplication outside)
    {
        var ports = outside.Urls.ToDictionary(url => new Uri(url).Scheme, url => new Uri(url).Port);
        return $$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: cnn}
            spec:
              hosts: [edition.cnn.com]
              ports: [{number: 80, name: http-port, protocol: HTTP}, {number: 443, name: https, protocol: HTTPS}]
              resolution: DNS
              endpoints: [{ address: 127.0.0.1, ports: { http-port: {{ports["http"]}}, https: {{ports["https"]}} } }]
            """;
    }

    /// <summary>The outside world: it tells how it was asked.</summary>
    private static async Task<WebApplication> OutsideAsync()
    {
        var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(certificate));
        });
        var app = builder.Build();
        app.MapFallback((HttpRequest request) =>
            $"{request.Scheme} {request.Host.Host} {request.Path} {(request.Headers.ContainsKey("x-forwarded-host") ? "by a gateway" : "directly")}");
        await app.StartAsync(Cancellation);
        return app;
    }

    private static bool IsOutside(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate?.Subject == "CN=edition.cnn.com";

    private static HttpClient Client(IHost host) => host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    private static Task ReachesAsync(HttpClient client, string address, string expected)
    {
        var last = "";
        return Eventually.ReachesAsync(
            $"{address} is answered as expected",
            async () =>
            {
                try
                {
                    using var response = await client.GetAsync(address, Cancellation);
                    last = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
                }
                catch (HttpRequestException exception)
                {
                    last = exception.ToString();
                }

                return last == $"200 {expected}";
            },
            () => last,
            cancellationToken: Cancellation);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edition.cnn.com", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }
}
