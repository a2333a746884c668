using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>An API behind a gateway: keys, plans, versions, transformations and usage, from the resources to the answers.</summary>
public sealed class ApiManagementTests
{
    private const string AcmeKey = "acme-0123456789abcdef";
    private const string GlobexKey = "globex-0123456789abcdef";

    private static readonly string Resources = $$$"""

        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: globex}
        stringData: {api-key: {{{GlobexKey}}}}
        ---
        apiVersion: mesh.dev/v1
        kind: ApiPlan
        metadata: {name: small}
        spec:
          limits: [{name: requests, tokenBucket: {maxTokens: 3, fillInterval: 3600s}}]
        ---
        apiVersion: mesh.dev/v1
        kind: ApiConsumer
        metadata: {name: acme}
        spec:
          plan: small
          keys: [{name: first, sha256: {{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AcmeKey)))}}}}]
        ---
        apiVersion: mesh.dev/v1
        kind: ApiConsumer
        metadata: {name: globex}
        spec:
          keys: [{name: kept, secret: {name: globex}}]
        ---
        apiVersion: mesh.dev/v1
        kind: ApiAccess
        metadata: {name: shop}
        spec:
          selector: {matchLabels: {istio: ingressgateway}}
          rules:
          - name: orders
            match: [{uri: {prefix: /shop/orders}}]
            keys: [{header: x-api-key}, {queryParameter: key}]
        ---
        apiVersion: mesh.dev/v1
        kind: ApiVersions
        metadata: {name: shop}
        spec:
          selector: {matchLabels: {istio: ingressgateway}}
          versions:
          - name: v0
            match: [{headers: {x-api-version: {exact: "0"} } }]
            sunset: {date: "2020-01-01", refuse: true}
          - name: v1
            match: [{uri: {prefix: /shop/orders/v1}}]
            deprecation: {date: "2026-01-31", link: https://example.com/bye}
            sunset: {date: "2099-01-01T00:00:00Z"}
            successor: /shop/orders/v2
          - name: v2
        ---
        apiVersion: mesh.dev/v1
        kind: ApiTransformation
        metadata: {name: shop}
        spec:
          selector: {matchLabels: {istio: ingressgateway}}
          rules:
          - name: orders
            match: [{uri: {prefix: /shop/orders}}]
            request:
              headers: {set: {x-set: "yes"}, remove: [x-taken]}
              query: {rename: {q: query}, set: {source: edge}}
            response:
              headers: {set: {x-answer: "1"}}
              json: {remove: [/secret, /items/*/cost], set: {/source: edge}, rename: {/old: new}}

        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task Api_WithKeysPlansVersionsAndTransformations_IsServedAsItsResourcesSay()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All + Resources, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.MapGet("/shop/{**path}", (HttpRequest request) => Results.Json(new JsonObject
        {
            ["secret"] = "s",
            ["items"] = new JsonArray(new JsonObject { ["id"] = 1, ["cost"] = 2 }),
            ["old"] = 5,
            ["query"] = request.QueryString.Value,
            ["headers"] = string.Join(' ', request.Headers.Select(header => $"{header.Key.ToLowerInvariant()}={header.Value}")),
        })));

        await RefusesWhoHasNoGoodKeyAsync(client);
        await TransformsAsync(client);
        await TellsVersionsAsync(client);
        await KeepsThePlanAsync(client);
        await CountsUsageAsync(mesh, client);
    }

    private static async Task RefusesWhoHasNoGoodKeyAsync(HttpClient client)
    {
        using var missing = await client.GetAsync("/shop/orders", Cancellation);
        using var wrong = await SendAsync(client, "/shop/orders", "not-a-key-of-anybody");
        using var other = await client.GetAsync("/shop/catalogue", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, missing.StatusCode);
        Assert.Equal("ApiKey", missing.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    private static async Task TransformsAsync(HttpClient client)
    {
        using var response = await SendAsync(client, $"/shop/orders?q=a%20b&key={GlobexKey}&z", key: null, ("x-taken", "1"), ("x-mesh-consumer", "default/root"));
        var body = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
        var headers = (string)body["headers"]!;

        Assert.Equal("?query=a%20b&z&source=edge", (string)body["query"]!);
        Assert.Contains("x-set=yes", headers);
        Assert.Contains("x-mesh-consumer=default/globex", headers);
        Assert.Contains("x-api-version=v2", headers);
        Assert.DoesNotContain("x-taken", headers);
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("x-answer")));
        Assert.False(body.ContainsKey("secret"));
        Assert.Equal("""[{"id":1}]""", body["items"]!.ToJsonString());
        Assert.Equal(5, (int)body["new"]!);
        Assert.Equal("edge", (string)body["source"]!);
    }

    private static async Task TellsVersionsAsync(HttpClient client)
    {
        using var old = await SendAsync(client, "/shop/orders/v1", GlobexKey);
        using var gone = await SendAsync(client, "/shop/orders", GlobexKey, ("x-api-version", "0"));
        using var current = await SendAsync(client, "/shop/orders", GlobexKey);

        Assert.Equal("@1769817600", Assert.Single(old.Headers.GetValues("Deprecation")));
        Assert.Equal("Thu, 01 Jan 2099 00:00:00 GMT", Assert.Single(old.Headers.GetValues("Sunset")));
        Assert.Equal(["<https://example.com/bye>; rel=\"deprecation\"", "</shop/orders/v2>; rel=\"successor-version\""], old.Headers.GetValues("Link"));
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        Assert.False(current.Headers.Contains("Deprecation"));
    }

    private static async Task KeepsThePlanAsync(HttpClient client)
    {
        var statuses = new List<HttpStatusCode>();
        for (var sent = 0; sent < 5; sent++)
        {
            using var response = await SendAsync(client, "/shop/orders", AcmeKey);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(3, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(2, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    private static async Task CountsUsageAsync(InProcessMesh mesh, HttpClient client)
    {
        using var api = new HttpClient { BaseAddress = mesh.ApiAddress };
        using var more = await SendAsync(client, "/shop/orders", GlobexKey);
        await Eventually.ReachesAsync(
            "usage is told",
            async () =>
            {
                var usage = await api.GetFromJsonAsync<JsonObject>("/api/v1/usage?consumer=acme", Cancellation);
                return usage!["items"]!.AsArray() is [{ } only]
                    && (string)only["api"]! == "default/shop/orders" && (string)only["consumer"]! == "default/acme" && (int)only["requests"]! == 5 && (int)only["failed"]! == 2;
            },
            cancellationToken: Cancellation);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? key, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return client.SendAsync(request, Cancellation);
    }
}
