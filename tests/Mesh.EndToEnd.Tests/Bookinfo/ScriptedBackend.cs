using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>A backend that answers by a script and remembers what it was asked.</summary>
internal sealed class ScriptedBackend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Dictionary<string, string>> _requests = new();

    private ScriptedBackend(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(context =>
        {
            _requests.Enqueue(context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
            return answer(_requests.Count, context);
        });
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Headers of each request so far, names in lower case.</summary>
    public IReadOnlyList<Dictionary<string, string>> Requests => [.. _requests];

    /// <param name="answer">Gets the number of the request, from 1.</param>
    public static async Task<ScriptedBackend> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var backend = new ScriptedBackend(answer);
        await backend._app.StartAsync(TestContext.Current.CancellationToken);
        return backend;
    }

    public static Task<ScriptedBackend> StartAsync(int status, string body = "{}") => StartAsync((_, context) => WriteAsync(context, status, body));

    /// <summary>Never answers; the caller's patience ends it.</summary>
    public static Task<ScriptedBackend> StartSilentAsync() =>
        StartAsync((_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));

    public static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
