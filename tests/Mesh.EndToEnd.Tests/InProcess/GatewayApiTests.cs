using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>The mesh profile of the Gateway API's conformance suite (GAMMA) with real processes' pipelines: one mesh, one route for each case.</summary>
public sealed class GatewayApiTests : IAsyncLifetime
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {selector: {app: NAME}, ports: [{name: http, port: 80}, {name: http-alt, port: 8080}]}\n---\n";

    private const string Route = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: echo, namespace: default}
        spec:
          parentRefs: [{group: "", kind: Service, name: echo, port: 80}]
          rules:
          - {matches: [{path: {value: /v1}}], backendRefs: [{name: echo-v1, port: 80}]}
          - {matches: [{headers: [{name: version, value: two}]}], backendRefs: [{name: echo-v2, port: 80}]}
          - {matches: [{path: {value: /split}}], backendRefs: [{name: echo-v1, port: 80, weight: 50}, {name: echo-v2, port: 80, weight: 50}]}
          - matches: [{path: {value: /strip}}]
            filters: [{type: URLRewrite, urlRewrite: {hostname: other.example, path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
            backendRefs: [{name: echo-v1, port: 80}]
          - matches: [{path: {value: /headers}}]
            filters:
            - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-set, value: a}], remove: [x-gone]}}
            - {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: x-back, value: b}]}}
            backendRefs: [{name: echo-v2, port: 80}]
          - matches: [{path: {value: /redirect}}]
            filters: [{type: RequestRedirect, requestRedirect: {scheme: https, hostname: other.example, statusCode: 301, path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
          - {matches: [{path: {value: /missing}}], backendRefs: [{name: nobody, port: 80}]}
          - {matches: [{path: {value: /partly}}], backendRefs: [{name: echo-v1, port: 80}, {name: nobody, port: 80}]}
          - {matches: [{path: {value: /none}}], backendRefs: [{name: echo-v1, port: 80, weight: 0}]}
        """;

    private InProcessMesh _mesh = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var services = string.Concat(new[] { "echo", "echo-v1", "echo-v2" }.Select(name => Service.Replace("NAME", name, StringComparison.Ordinal)));
        _mesh = await InProcessMesh.StartAsync(services + Route, Cancellation);
        foreach (var name in new[] { "echo", "echo-v1", "echo-v2" })
        {
            await _mesh.StartServiceAsync(name, "v1", app => app.Run(context => EchoAsync(context, name)), Cancellation);
        }

        var host = await _mesh.StartClientAsync("caller", Cancellation);
        _client = new HttpClient(host.Services.GetRequiredService<Client.IMeshHandlerFactory>().CreateHandler());
        await Eventually.ReachesAsync("v1 answers", async () => (await StatusAsync("http://echo/v1")) == HttpStatusCode.OK, cancellationToken: Cancellation);
        await Eventually.ReachesAsync("v2 answers", async () => (await StatusAsync("http://echo-v2/")) == HttpStatusCode.OK, cancellationToken: Cancellation);
        await Eventually.ReachesAsync("echo answers", async () => (await StatusAsync("http://echo:8080/")) == HttpStatusCode.OK, cancellationToken: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _mesh.DisposeAsync();
    }

    [Theory]
    [InlineData("http://echo/v1/any", "", "echo-v1")]
    [InlineData("http://echo/any", "two", "echo-v2")]
    [InlineData("http://echo:8080/v1", "", "echo")]
    [InlineData("http://echo-v1/v1", "", "echo-v1")]
    public async Task MeshHTTPRouteMatching_MeshPorts_Requests_ReachTheBackendOfTheirMatch(string address, string version, string expected)
    {
        var seen = await SendAsync(address, request => request.Headers.Add("version", version.Length > 0 ? version : "none"));

        Assert.Equal(expected, seen.GetProperty("service").GetString());
    }

    [Theory]
    [InlineData("/v1any", HttpStatusCode.NotFound)]
    [InlineData("/other", HttpStatusCode.NotFound)]
    [InlineData("/none", HttpStatusCode.InternalServerError)]
    [InlineData("/missing", HttpStatusCode.InternalServerError)]
    public async Task MeshHTTPRoute_WhatNobodyTakes_IsAnsweredAsTheSpecificationSays(string path, HttpStatusCode expected) =>
        Assert.Equal(expected, await StatusAsync("http://echo" + path));

    [Fact]
    public async Task MeshSplit_Weights_ShareTheRequests()
    {
        var seen = new HashSet<string>();
        for (var request = 0; request < 60 && seen.Count < 2; request++)
        {
            seen.Add((await SendAsync("http://echo/split")).GetProperty("service").GetString()!);
        }

        Assert.Equal(["echo-v1", "echo-v2"], seen.Order());
    }

    [Fact]
    public async Task MeshHTTPRoute_BackendThatIsNotThere_FailsItsShareWith500()
    {
        var seen = new HashSet<HttpStatusCode>();
        for (var request = 0; request < 60 && seen.Count < 2; request++)
        {
            seen.Add(await StatusAsync("http://echo/partly"));
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.InternalServerError], seen.Order());
    }

    [Theory]
    [InlineData("/strip", "/")]
    [InlineData("/strip/", "/")]
    [InlineData("/strip/a?b=1", "/a?b=1")]
    public async Task MeshHTTPRouteRewritePath_PrefixTakenAway_LeavesOneSlash(string path, string expected)
    {
        var seen = await SendAsync("http://echo" + path);

        Assert.Equal((expected, "other.example"), (seen.GetProperty("target").GetString(), seen.GetProperty("host").GetString()));
    }

    [Fact]
    public async Task MeshHTTPRouteRequestHeaderModifier_Headers_AreEditedBothWays()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://echo/headers") { Headers = { { "x-gone", "c" }, { "x-set", "d" } } };

        using var response = await _client.SendAsync(request, Cancellation);
        var headers = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("headers");

        Assert.Equal("a", headers.GetProperty("x-set").GetString());
        Assert.False(headers.TryGetProperty("x-gone", out _));
        Assert.Equal("b", Assert.Single(response.Headers.GetValues("x-back")));
    }

    [Fact]
    public async Task MeshHTTPRouteRedirectPath_SchemeHostAndPrefix_AreReplaced()
    {
        using var response = await _client.GetAsync("http://echo/redirect/a?b=1", Cancellation);

        Assert.Equal((HttpStatusCode.MovedPermanently, "https://other.example/a?b=1"), (response.StatusCode, response.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Status_OfTheRoute_IsWrittenAndShownByTheApi()
    {
        using var api = new HttpClient { BaseAddress = _mesh.ApiAddress };
        await Eventually.ReachesAsync(
            "the route's status says that a backend is missing",
            async () =>
            {
                var route = await api.GetFromJsonAsync<JsonElement>("/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes/echo", Cancellation);
                return route.TryGetProperty("status", out var status)
                    && status.GetProperty("parents")[0].GetProperty("conditions").EnumerateArray().Select(condition => condition.GetProperty("reason").GetString()).SequenceEqual(["Accepted", "BackendNotFound"]);
            },
            cancellationToken: Cancellation);
    }

    private static Task EchoAsync(HttpContext context, string service) => context.Response.WriteAsJsonAsync(new
    {
        service,
        host = context.Request.Host.Value,
        target = $"{context.Request.Path}{context.Request.QueryString}",
        headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
    });

    private async Task<JsonElement> SendAsync(string address, Action<HttpRequestMessage>? edit = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        edit?.Invoke(request);
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var response = await _client.GetAsync(address, Cancellation);
        return response.StatusCode;
    }
}
