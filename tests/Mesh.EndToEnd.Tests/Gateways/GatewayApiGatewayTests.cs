using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Requests from outside through a gateway process that objects of the Gateway API configure.</summary>
public sealed class GatewayApiGatewayTests
{
    private const string Objects = GatewayResources.Service + """

        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: shop-gateway, namespace: default}
        spec:
          gatewayClassName: istio
          listeners:
          - {name: http, port: 8080, protocol: HTTP, hostname: "*.example.com"}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop, namespace: default}
        spec:
          parentRefs: [{name: shop-gateway}]
          hostnames: [shop.example.com]
          rules:
          - {matches: [{path: {value: /shop}}], backendRefs: [{name: shop, port: 8000}]}
          - matches: [{path: {value: /cart}}]
            sessionPersistence: {sessionName: cart}
            backendRefs: [{name: shop, port: 8000}]
          - matches: [{path: {value: /basket}}]
            sessionPersistence: {sessionName: x-basket, type: Header}
            backendRefs: [{name: shop, port: 8000}]
          - {matches: [{path: {value: /missing}}], backendRefs: [{name: nobody, port: 80}]}
          - matches: [{path: {value: /old}}]
            filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /shop}}}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Gateway_WithTheLabelOfAGateway_ServesItsRoutes()
    {
        await using var mesh = await InProcessMesh.StartAsync(Objects, Cancellation);
        await mesh.StartServiceAsync("shop", "v1", app => app.MapGet("/shop/{**path}", (HttpRequest request) => request.Path.Value), Cancellation);
        var gateway = await mesh.StartGatewayAsync([8080], Cancellation, new KeyValuePair<string, string?>("Mesh:Labels:gateway.networking.k8s.io/gateway-name", "shop-gateway"));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = await gateway.AddressAsync(8080, Cancellation) };

        await Eventually.ReachesAsync(
            "the service answers", async () => (await SendAsync(client, "shop.example.com", "/shop/a")).StatusCode == HttpStatusCode.OK, cancellationToken: Cancellation);
        using var otherHost = await SendAsync(client, "other.example.com", "/shop/a");
        using var otherPath = await SendAsync(client, "shop.example.com", "/shopping");
        using var missing = await SendAsync(client, "shop.example.com", "/missing");
        using var redirect = await SendAsync(client, "shop.example.com", "/old/a");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (otherHost.StatusCode, otherPath.StatusCode));
        Assert.Equal(HttpStatusCode.InternalServerError, missing.StatusCode);
        Assert.Equal((HttpStatusCode.Found, "http://shop.example.com:8080/shop/a"), (redirect.StatusCode, redirect.Headers.Location?.OriginalString));
    }

    [Fact(Timeout = 60_000)]
    public async Task Sessions_OfARoute_StayWithTheirEndpoint()
    {
        await using var mesh = await InProcessMesh.StartAsync(Objects, Cancellation);
        foreach (var version in (string[])["v1", "v2", "v3"])
        {
            await mesh.StartServiceAsync("shop", version, app => app.MapGet("/{**path}", () => version), Cancellation);
        }

        var gateway = await mesh.StartGatewayAsync([8080], Cancellation, new KeyValuePair<string, string?>("Mesh:Labels:gateway.networking.k8s.io/gateway-name", "shop-gateway"));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = await gateway.AddressAsync(8080, Cancellation) };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.ReachesAsync("all three answer", async () => seen.Add(await (await SendAsync(client, "shop.example.com", "/shop/a")).Content.ReadAsStringAsync(Cancellation)) && seen.Count > 2, () => string.Join(',', seen), cancellationToken: Cancellation);

        await KeepsAsync(client, "/cart", "Set-Cookie", "Cookie");
        await KeepsAsync(client, "/basket", "x-basket", "x-basket");
    }

    private static async Task KeepsAsync(HttpClient client, string path, string given, string shown)
    {
        using var first = await SendAsync(client, "shop.example.com", path);
        var token = Assert.Single(first.Headers.GetValues(given)).Split(';')[0];
        var endpoint = await first.Content.ReadAsStringAsync(Cancellation);
        for (var number = 0; number < 20; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "shop.example.com" } };
            request.Headers.TryAddWithoutValidation(shown, token);
            using var response = await client.SendAsync(request, Cancellation);
            Assert.Equal(endpoint, await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        return await client.SendAsync(request, Cancellation);
    }
}
