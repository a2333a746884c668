using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>What a VirtualService asks for beside routing happens in the caller's process: one mesh, one rule for each action.</summary>
public sealed class RouteActionTests : IAsyncLifetime
{
    private const string Rules = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - {name: redirected, match: [{uri: {prefix: /redirect}}], redirect: {uri: /new, redirectCode: 302}, headers: {response: {set: {x-edited: "yes"}}}}
          - {match: [{uri: {prefix: /elsewhere}}], redirect: {authority: other.example, derivePort: FROM_REQUEST_PORT, scheme: https, redirectCode: 308}}
          - {match: [{uri: {prefix: /direct}}], directResponse: {status: 503, body: {string: closed for today}}, headers: {response: {add: {x-edited: "yes"}}}}
          - {match: [{uri: {prefix: /api/}}], rewrite: {uri: /v2/}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /items/}}], rewrite: {uriRegexRewrite: {match: "^/items/([^/]+)/(.*)$", rewrite: '/\2/of/\1'}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /host}}], rewrite: {authority: other.example}, route: [{destination: {host: reviews, subset: v1}}]}
          - match: [{uri: {prefix: /headers}}]
            name: edited
            headers: {request: {set: {x-rule: "%ROUTE_NAME%", x-both: rule}, remove: [x-gone]}, response: {set: {x-code: "%RESPONSE_CODE%"}}}
            route: [{destination: {host: reviews, subset: v1}, headers: {request: {set: {x-both: destination}}, response: {add: {x-from: "%UPSTREAM_CLUSTER%"}, remove: [server]}}}]
          - {match: [{uri: {prefix: /abort-all}}], fault: {abort: {httpStatus: 418, percentage: {value: 100}}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /abort-half}}], fault: {abort: {httpStatus: 418, percentage: {value: 50}}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /abort-hardly}}], fault: {abort: {httpStatus: 418, percentage: {value: 0.0001}}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /abort-none}}], fault: {abort: {httpStatus: 418}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /abort-grpc}}], fault: {abort: {grpcStatus: RESOURCE_EXHAUSTED, percentage: {value: 100}}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /delay}}], fault: {delay: {fixedDelay: 50ms, percentage: {value: 100}}, abort: {httpStatus: 503, percentage: {value: 100}}}, route: [{destination: {host: reviews, subset: v1}}]}
          - {match: [{uri: {prefix: /mirror}}], mirrors: [{destination: {host: reviews, subset: v2}}, {destination: {host: nobody}}], route: [{destination: {host: reviews, subset: v1}}]}
          - {route: [{destination: {host: reviews, subset: v1}}]}
        """;

    private readonly ConcurrentQueue<string> _copies = new();
    private InProcessMesh _mesh = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await InProcessMesh.StartAsync($"{ReviewsResources.Service}\n---\n{Rules}", Cancellation);
        await _mesh.StartServiceAsync("reviews", "v1", app => app.Run(EchoAsync), Cancellation);
        await _mesh.StartServiceAsync("reviews", "v2", app => app.Run(async context => _copies.Enqueue(await DescribeAsync(context))), Cancellation);
        var host = await _mesh.StartClientAsync("caller", Cancellation);
        _client = new HttpClient(host.Services.GetRequiredService<Client.IMeshHandlerFactory>().CreateHandler()) { BaseAddress = new Uri("http://reviews:9080") };
        await Eventually.ReachesAsync(
            "v1 answers",
            async () =>
            {
                using var response = await _client.GetAsync("/", Cancellation);
                return response.StatusCode == HttpStatusCode.OK;
            },
            () => "no answer yet",
            cancellationToken: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _mesh.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_ComeFromTheCallersProcess()
    {
        using var redirect = await _client.GetAsync("/redirect/a?q=1", Cancellation);
        using var elsewhere = await _client.GetAsync("/elsewhere?q=1", Cancellation);
        using var direct = await _client.GetAsync("/direct", Cancellation);

        Assert.Equal((HttpStatusCode.Found, "http://reviews:9080/new?q=1"), (redirect.StatusCode, redirect.Headers.Location!.OriginalString));
        Assert.Equal("yes", redirect.Headers.GetValues("x-edited").Single());
        Assert.Equal((HttpStatusCode.PermanentRedirect, "https://other.example:9080/elsewhere?q=1"), (elsewhere.StatusCode, elsewhere.Headers.Location!.OriginalString));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "closed for today"), (direct.StatusCode, await direct.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("yes", direct.Headers.GetValues("x-edited").Single());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/users/1?q=1", "GET reviews:9080 /v2/users/1?q=1")]
    [InlineData("/items/7/parts?q=1", "GET reviews:9080 /parts/of/7?q=1")]
    [InlineData("/host/a", "GET other.example /host/a")]
    public async Task Rewrites_AreSeenByTheService(string path, string expected) =>
        Assert.StartsWith(expected, await _client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation), StringComparison.Ordinal);

    [Fact(Timeout = 60_000)]
    public async Task Headers_OfRuleAndDestination_AreEdited()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/headers");
        request.Headers.Add("x-gone", "1");

        using var response = await _client.SendAsync(request, Cancellation);

        Assert.Equal(["x-both: destination", "x-rule: edited"], (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n')[1..].Where(line => line.StartsWith("x-", StringComparison.Ordinal) && !line.StartsWith("x-envoy", StringComparison.Ordinal)));
        Assert.Equal(("200", "outbound|9080|v1|reviews.default.svc.cluster.local"), (response.Headers.GetValues("x-code").Single(), response.Headers.GetValues("x-from").Single()));
        Assert.Empty(response.Headers.Server);
        Assert.True(request.Headers.Contains("x-gone"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/abort-all", 100, 100)]
    [InlineData("/abort-half", 20, 80)]
    [InlineData("/abort-hardly", 0, 2)]
    [InlineData("/abort-none", 0, 0)]
    public async Task Aborts_KeepTheirPercentage(string path, int atLeast, int atMost)
    {
        var aborted = 0;
        for (var request = 0; request < 100; request++)
        {
            using var response = await _client.GetAsync(path, Cancellation);
            aborted += (int)response.StatusCode == 418 ? 1 : 0;
        }

        Assert.InRange(aborted, atLeast, atMost);
    }

    [Fact(Timeout = 60_000)]
    public async Task Faults_OfGrpcAndOfDelay_AreEnvoys()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/abort-grpc") { Content = new ByteArrayContent([]), Version = HttpVersion.Version20 };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var grpc = await _client.SendAsync(request, Cancellation);
        using var delayed = await _client.GetAsync("/delay", Cancellation);

        Assert.Equal((HttpStatusCode.OK, "8"), (grpc.StatusCode, grpc.Headers.GetValues("grpc-status").Single()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "DI,FI"), (delayed.StatusCode, delayed.Headers.GetValues("x-mesh-response-flags").Single()));
    }

    [Fact(Timeout = 60_000)]
    public async Task Mirrors_GetTheSameRequest_AndADeadOneHarmsNobody()
    {
        using var response = await _client.PostAsync("/mirror?q=1", new StringContent("the body"), Cancellation);

        Assert.StartsWith("POST reviews:9080 /mirror?q=1 the body", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await Eventually.ReachesAsync("the copy arrives", () => Task.FromResult(!_copies.IsEmpty), () => "no copy yet", cancellationToken: Cancellation);
        Assert.StartsWith("POST reviews-shadow:9080 /mirror?q=1 the body", Assert.Single(_copies), StringComparison.Ordinal);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        context.Response.Headers.Server = "echo";
        await context.Response.WriteAsync(await DescribeAsync(context), context.RequestAborted);
    }

    private static async Task<string> DescribeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}");
        var line = $"{context.Request.Method} {context.Request.Host} {context.Request.Path}{context.Request.QueryString} {body}";
        return string.Join('\n', headers.Prepend(line.TrimEnd()));
    }
}
