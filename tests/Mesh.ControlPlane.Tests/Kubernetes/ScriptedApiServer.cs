using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ControlPlane.Tests.Kubernetes;

/// <summary>An API server with one kind, VirtualService in v1beta1, that does what a test says: pages, events, errors, silence.</summary>
internal sealed class ScriptedApiServer : IAsyncDisposable
{
    public const string Kind = "virtualservices";

    private readonly WebApplication _app;
    private volatile Channel<string?> _events = Channel.CreateUnbounded<string?>();

    private ScriptedApiServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Path and query of every request for the kind.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public volatile string[] Objects = [];

    public volatile int PageSize = 500;

    public volatile string ListVersion = "100";

    /// <summary>Answered to the next lists, and then no more.</summary>
    public ConcurrentQueue<(int Code, int RetryAfter)> ListErrors { get; } = new();

    public static async Task<ScriptedApiServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var server = new ScriptedApiServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = new Uri(server._app.Urls.First() + "/");
        return server;
    }

    public static string Object(string name, string version, string host = "reviews", string extra = "") =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"default","resourceVersion":"{{{version}}}","uid":"u-{{{name}}}"},"spec":{"hosts":["{{{host}}}"],"http":[{"route":[{"destination":{"host":"{{{host}}}"}}]}]{{{extra}}}}}""";

    public void Send(string type, string item) => _events.Writer.TryWrite($$"""{"type":"{{type}}","object":{{item}}}""");

    public void Gone() => Send("ERROR", """{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}""");

    public void Bookmark(string version) => Send("BOOKMARK", $$$"""{"metadata":{"resourceVersion":"{{{version}}}"}}""");

    /// <summary>Ends the watch, as a server does after its time.</summary>
    public void EndWatch() => _events.Writer.TryWrite(null);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (path != $"/apis/networking.istio.io/v1beta1/{Kind}")
        {
            await ErrorAsync(http, 404, 0);
            return;
        }

        Requests.Enqueue(http.Request.GetEncodedPathAndQuery());
        if (http.Request.Query["watch"] == "true")
        {
            await WatchAsync(http);
        }
        else if (ListErrors.TryDequeue(out var error))
        {
            await ErrorAsync(http, error.Code, error.RetryAfter);
        }
        else
        {
            var start = int.TryParse(http.Request.Query["continue"], out var from) ? from : 0;
            var rest = Objects.Length > start + PageSize ? $",\"continue\":\"{start + PageSize}\"" : "";
            await http.Response.WriteAsync($$$"""{"metadata":{"resourceVersion":"{{{ListVersion}}}"{{{rest}}}},"items":[{{{string.Join(',', Objects.Skip(start).Take(PageSize))}}}]}""");
        }
    }

    private async Task WatchAsync(HttpContext http)
    {
        await http.Response.StartAsync(http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        try
        {
            while (await _events.Reader.ReadAsync(http.RequestAborted) is { } line)
            {
                await http.Response.WriteAsync(line + "\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task ErrorAsync(HttpContext http, int code, int retryAfter)
    {
        http.Response.StatusCode = code;
        if (retryAfter > 0)
        {
            http.Response.Headers.RetryAfter = retryAfter.ToString();
        }

        await http.Response.WriteAsync(new JsonObject { ["kind"] = "Status", ["code"] = code, ["message"] = "scripted" }.ToJsonString());
    }
}
