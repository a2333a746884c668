using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>A service that must be called with TLS is not called in plaintext: requests fail and say why.</summary>
public sealed class DemandedTlsTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          selector: {app: reviews}
          ports: [{port: 9080, name: http}]
        """;

    private const string Plain = "trafficPolicy: {tls: {mode: DISABLE}}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Demands { get; } = new(
        "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}",
        "trafficPolicy: {tls: {mode: SIMPLE, sni: reviews.example.com}}",
        "trafficPolicy: {tls: {mode: SIMPLE, caCertificates: /etc/ca.pem, caCrl: /etc/crl.pem}}",
        "trafficPolicy: {tls: {mode: SIMPLE, credentialName: secret}}",
        "trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true}}",
        "trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /etc/cert.pem, privateKey: /etc/key.pem}}",
        "trafficPolicy: {portLevelSettings: [{port: {number: 9080}, tls: {mode: ISTIO_MUTUAL}}]}");

    [Theory]
    [MemberData(nameof(Demands))]
    public async Task Send_ToAServiceThatMustBeCalledWithTls_Is503WithTheReasonUntilThePolicyGoes(string policy)
    {
        await using var mesh = await InProcessMesh.StartAsync(WithRule(policy), Cancellation);
        var served = 0;
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => Interlocked.Increment(ref served)), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        await ReachesAsync(client, "/", HttpStatusCode.ServiceUnavailable, "TLS_error:");
        Assert.Equal(0, Volatile.Read(ref served));

        mesh.Write("mesh.yaml", WithRule(Plain));
        await ReachesAsync(client, "/", HttpStatusCode.OK, "1");
    }

    [Fact]
    public async Task Send_AfterTlsIsDemandedOfAServiceInUse_StopsPlaintext()
    {
        await using var mesh = await InProcessMesh.StartAsync(Service, Cancellation);
        var served = 0;
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => Interlocked.Increment(ref served)), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await ReachesAsync(client, "/", HttpStatusCode.OK, "");

        mesh.Write("mesh.yaml", WithRule("trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}"));
        await ReachesAsync(client, "/", HttpStatusCode.ServiceUnavailable, "TLS_error:");

        var before = Volatile.Read(ref served);
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(client, "/")).Status);
        }

        Assert.Equal(before, Volatile.Read(ref served));
    }

    [Fact]
    public async Task Send_ToTheSubsetThatMustBeCalledWithTls_IsTheOnlyOneThatFails()
    {
        await using var mesh = await InProcessMesh.StartAsync(
            WithRule("subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}]"),
            Cancellation);
        mesh.Write("route.yaml", """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews}
            spec:
              hosts: [reviews]
              http:
              - match: [{uri: {prefix: /v2}}]
                route: [{destination: {host: reviews, subset: v2}}]
              - route: [{destination: {host: reviews, subset: v1}}]
            """);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/v2", () => "v2"), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        await ReachesAsync(client, "/", HttpStatusCode.OK, "v1");
        await ReachesAsync(client, "/v2", HttpStatusCode.ServiceUnavailable, "TLS_error:");
    }

    private static Task ReachesAsync(HttpClient client, string path, HttpStatusCode status, string text)
    {
        var seen = (Status: default(HttpStatusCode), Text: "");
        return Eventually.ReachesAsync(
            $"{path} answers {status} with '{text}'",
            async () => (seen = await GetAsync(client, path)).Status == status && seen.Text.Contains(text, StringComparison.Ordinal),
            () => seen.ToString(),
            cancellationToken: Cancellation);
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(HttpClient client, string path)
    {
        try
        {
            using var response = await client.GetAsync(new Uri($"http://reviews:9080{path}"), Cancellation);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        }
        catch (HttpRequestException exception)
        {
            return (default, exception.Message);
        }
    }

    private static string WithRule(string spec) => $"""
        {Service}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: reviews
        spec:
          host: reviews
          {spec}
        """;
}
