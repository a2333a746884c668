using System.Collections.Concurrent;
using Mesh.Testing.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>An OTLP receiver over HTTP that keeps what it is sent; it can go away and come back at its port.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentQueue<ReceivedLog> _logs = new();
    private readonly ConcurrentDictionary<string, ReceivedPoint> _points = new(StringComparer.Ordinal);

    private readonly ReservedPort _port = new();
    private WebApplication? _app;

    public int Port => _port.Number;

    public Uri Address => _port.Address;

    /// <summary>The newest value of every series.</summary>
    public IEnumerable<ReceivedPoint> Points => _points.Values;

    public IEnumerable<ReceivedLog> Logs => _logs;

    public ReceivedSpan[] SpansOf(string trace) => [.. _spans.Where(span => span.Trace == trace)];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"{Address}");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost("/v1/traces", request => TakeAsync(request, body => OtlpSpans.Read(body).ForEach(_spans.Enqueue)));
        _app.MapPost("/v1/logs", request => TakeAsync(request, body => OtlpLogs.Read(body).ForEach(_logs.Enqueue)));
        _app.MapPost("/v1/metrics", request => TakeAsync(request, body => OtlpMetrics.Read(body).ForEach(point => _points[point.Key] = point)));
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>From here on the port refuses.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _port.Dispose();
    }

    private static async Task TakeAsync(HttpContext http, Action<byte[]> keep)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        keep(body.ToArray());
        http.Response.ContentType = "application/x-protobuf";
    }
}
