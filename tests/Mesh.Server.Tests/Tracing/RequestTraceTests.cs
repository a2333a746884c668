using System.Diagnostics;
using System.Net;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Tracing;

public sealed class RequestTraceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Request_WithoutAspNetCoresSpan_HasOneOfTheMesh()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        ActivityContext inside = default;
        await using var app = await TracedApp.StartAsync(web => web.MapGet("/ratings/{id}", (int id) =>
        {
            inside = Activity.Current!.Context;
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }));

        using var response = await SendAsync(app, "/ratings/7", ("traceparent", $"00-{trace}-e457b5a2e4d86bd1-01"), ("x-request-id", "id-1"));

        var span = Assert.Single(await app.SpansAsync(trace, 1));
        Assert.Equal(("GET /ratings/{id}", ActivityKind.Server, "e457b5a2e4d86bd1", inside.SpanId), (span.DisplayName, span.Kind, span.ParentSpanId.ToHexString(), span.SpanId));
        var tags = span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
        Assert.Equal(("503", "/ratings/{id}", "/ratings/7", "http"), (tags["http.response.status_code"], tags["http.route"], tags["url.path"], tags["url.scheme"]));
        Assert.Equal(("id-1", "-", "default", "503"), (tags["guid:x-request-id"], tags["response_flags"], tags["istio.namespace"], tags["error.type"]));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_InB3_IsGoneOnFromWhoeverMakesTheSpan(bool listensToAspNetCore)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using var app = await TracedApp.StartAsync(web => web.MapGet("/", () => "ok"), listensToAspNetCore: listensToAspNetCore);

        using var response = await SendAsync(app, "/", ("b3", $"{trace}-e457b5a2e4d86bd1-1"));

        var span = Assert.Single(await app.SpansAsync(trace, 1));
        Assert.Equal((listensToAspNetCore ? "Microsoft.AspNetCore" : "Mesh", "e457b5a2e4d86bd1"), (span.Source.Name, span.ParentSpanId.ToHexString()));
        Assert.NotNull(span.GetTagItem("istio.canonical_service"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Request_NotSampledByItsCaller_HasNoSpanAndFlowsOn()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var parent = $"00-{trace}-e457b5a2e4d86bd1-00";
        await using var app = await TracedApp.StartAsync(web => web.MapGet("/", () => CallContext.Current!.Find("traceparent")));

        using var response = await SendAsync(app, "/", ("traceparent", parent));

        Assert.Equal(parent, await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(0, app.Count(trace));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_NotDrawn_IsNotRecordedAndCalleesAreTold(bool listensToAspNetCore)
    {
        var telemetry = new WorkloadTelemetry { Tracing = new TracingPolicy { Server = new TracingSide { SamplingPercentage = 0 } } };
        await using var app = await TracedApp.StartAsync(
            web => web.MapGet("/", () => Activity.Current is { Source.Name.Length: > 0 } own ? $"{own.Recorded}" : CallContext.Current!.Find("traceparent")), telemetry, listensToAspNetCore);

        using var response = await SendAsync(app, "/");

        Assert.EndsWith(listensToAspNetCore ? "False" : "-00", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Request_Served_IsInTheAccessLogWithItsIdAndTrace()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        const string Format = "%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %BYTES_SENT% %REQ(X-REQUEST-ID)% %ROUTE_NAME% %TRACE_ID% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%";
        var telemetry = new WorkloadTelemetry { AccessLogs = new AccessLogPolicy { Server = [new AccessLog("a") { Text = Format, Filter = "request.url_path.startsWith('/x')" }] } };
        await using var app = await TracedApp.StartAsync(web => web.MapGet("/x/{id}", () => "hello"), telemetry);

        using var first = await SendAsync(app, "/x/%0A1?q=2", ("x-request-id", "id-1"), ("traceparent", $"00-{trace}-e457b5a2e4d86bd1-01"));
        using var second = await SendAsync(app, "/y");
        await app.SpansAsync(trace, 1);

        Assert.Equal($"GET /x/%0A1?q=2 HTTP/1.1 200 - via_upstream 5 id-1 /x/{{id}} {trace} 127.0.0.1", Assert.Single(app.Entries()));
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(TracedApp app, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return SendAsync(app, request);
    }

    private static async Task<HttpResponseMessage> SendAsync(TracedApp app, HttpRequestMessage request)
    {
        // Without an activity of the test's own.
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        request.RequestUri = new Uri(app.Client.BaseAddress!, request.RequestUri!);
        var response = await invoker.SendAsync(request, Cancellation);
        await response.Content.LoadIntoBufferAsync(Cancellation);
        return response;
    }
}
