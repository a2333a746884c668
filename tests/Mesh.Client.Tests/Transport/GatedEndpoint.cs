using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Transport;

/// <summary>A real server that holds every request until its gate opens, and counts who is inside and over which connection they came.</summary>
internal sealed class GatedEndpoint : IAsyncDisposable
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _entered = new(0);
    private WebApplication _app = null!;
    private int _inside;

    public int Http1 { get; private set; }

    public int OtherHttp1 { get; private set; }

    public int Http2 { get; private set; }

    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Requests of each connection.</summary>
    public ConcurrentDictionary<string, int> Connections { get; } = new();

    public static async Task<GatedEndpoint> StartAsync()
    {
        var endpoint = new GatedEndpoint();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        endpoint._app = builder.Build();
        endpoint._app.Run(endpoint.AnswerAsync);
        await endpoint._app.StartAsync(TestContext.Current.CancellationToken);
        var ports = endpoint._app.Urls.Select(url => new Uri(url).Port).ToArray();
        (endpoint.Http1, endpoint.OtherHttp1, endpoint.Http2) = (ports[0], ports[1], ports[2]);
        return endpoint;
    }

    /// <summary>Lets all requests out, those that come later too.</summary>
    public void Open() => _gate.TrySetResult();

    /// <summary>Waits until so many more requests have come in.</summary>
    public async Task InsideAsync(int more)
    {
        for (var index = 0; index < more; index++)
        {
            await _entered.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Open();
        await _app.DisposeAsync();
        _entered.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Connections.AddOrUpdate(context.Connection.Id, 1, static (_, count) => count + 1);
        Interlocked.Increment(ref _inside);
        _entered.Release();
        await _gate.Task.WaitAsync(context.RequestAborted);
        Interlocked.Decrement(ref _inside);
        await context.Response.WriteAsync("inside", context.RequestAborted);
    }
}
