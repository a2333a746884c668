using System.Net;
using System.Net.Http.Headers;
using Mesh.Testing.InProcess;
using Mesh.Testing.Jwt;
using Microsoft.AspNetCore.Builder;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>The policies of the mesh at its gateway: tokens, authorization, limits, origins.</summary>
public sealed class GatewayPolicyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task Policies_OfTheGatewaysWorkload_HoldForRequestsThatComeIn()
    {
        using var issuer = new TokenIssuer();
        var resources = GatewayResources.Service + GatewayResources.Gateway + GatewayResources.Rules.Replace(
            "route: [{destination: {host: shop}}]",
            "route: [{destination: {host: shop}}]\n    corsPolicy: {allowOrigins: [{exact: https://shop.example}], allowMethods: [GET]}",
            StringComparison.Ordinal);
        await using var mesh = await InProcessMesh.StartAsync(resources + $$$"""

            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: edge}
            spec:
              selector: {matchLabels: {istio: ingressgateway}}
              jwtRules: [{issuer: me, jwks: '{{{issuer.KeySet}}}'}]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: edge}
            spec:
              selector: {matchLabels: {istio: ingressgateway}}
              rules:
              - to: [{operation: {notPaths: [/shop/private/*]}}]
              - to: [{operation: {paths: [/shop/private/*]}}]
                from: [{source: {requestPrincipals: [me/alice]}}]
            ---
            apiVersion: mesh.dev/v1
            kind: RateLimit
            metadata: {name: edge}
            spec:
              selector: {matchLabels: {istio: ingressgateway}}
              rules: [{name: few, match: [{uri: {prefix: /shop/few}}], tokenBucket: {maxTokens: 2, fillInterval: 3600s}}]

            """, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.MapGet("/shop/{**path}", () => "ok"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/shop/public"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, "/shop/private/a"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, "/shop/private/a", issuer.Token("""{"iss":"me","sub":"bob","exp":4102444800}""")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/shop/private/a", issuer.Token("""{"iss":"me","sub":"alice","exp":4102444800}""")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/shop/public", issuer.Token("""{"iss":"me","sub":"alice","exp":1}""")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, "/shop/public/../private/a"));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests],
            [await StatusAsync(client, "/shop/few"), await StatusAsync(client, "/shop/few"), await StatusAsync(client, "/shop/few")]);
        await ChecksOriginsAsync(client);
    }

    private static async Task ChecksOriginsAsync(HttpClient client)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/shop/public") { Headers = { { "Origin", "https://shop.example" }, { "Access-Control-Request-Method", "GET" } } };
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/shop/public") { Headers = { { "Origin", "https://evil.example" } } };
        using var allowed = await client.SendAsync(preflight, Cancellation);
        using var refused = await client.SendAsync(foreign, Cancellation);

        Assert.Equal("https://shop.example", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path, string? token = null)
    {
        var address = new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
