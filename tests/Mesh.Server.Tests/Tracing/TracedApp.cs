using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tracing;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Tracing;

/// <summary>An application of the mesh without a control plane, whose spans of one trace are kept.</summary>
internal sealed class TracedApp : IAsyncDisposable
{
    private readonly ActivityListener _listener;
    private readonly Channel _spans = new();

    private TracedApp(WebApplication app, LogCollector logs, bool listensToAspNetCore)
    {
        (App, Logs) = (app, logs);
        var tracer = app.Services.GetRequiredService<MeshTracer>();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => tracer.Owns(source) || (listensToAspNetCore && source.Name == "Microsoft.AspNetCore"),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Add,
        };
        ActivitySource.AddActivityListener(_listener);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public LogCollector Logs { get; }

    public HttpClient Client { get; }

    /// <summary>The spans of a trace, once there are so many.</summary>
    public Task<Activity[]> SpansAsync(string trace, int count) => _spans.WaitAsync(trace, count);

    /// <summary>How many spans there are now.</summary>
    public int Count(string trace) => _spans.Of(trace).Length;

    /// <summary>The entries of the access log.</summary>
    public string[] Entries()
    {
        App.Services.GetRequiredService<LogQueue>().Write();
        return [.. Logs.Entries.Where(entry => entry.EventName == "AccessLog").Select(entry => entry.Message)];
    }

    public static async Task<TracedApp> StartAsync(Action<WebApplication> map, WorkloadTelemetry? telemetry = null, bool listensToAspNetCore = false)
    {
        var logs = new LogCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs.AsProvider());
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        builder.AddMesh();
        var app = builder.Build();
        app.UseMesh();
        map(app);
        app.Services.GetRequiredService<TelemetryPolicy>().Publish(telemetry ?? WorkloadTelemetry.Default);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TracedApp(app, logs, listensToAspNetCore);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Client.Dispose();
        await App.DisposeAsync();
    }

    /// <summary>Spans by trace; other applications of the process have theirs.</summary>
    private sealed class Channel
    {
        private readonly ConcurrentQueue<Activity> _all = new();
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(Activity span)
        {
            _all.Enqueue(span);
            Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        public Activity[] Of(string trace) => [.. _all.Where(span => span.TraceId.ToHexString() == trace)];

        public async Task<Activity[]> WaitAsync(string trace, int count)
        {
            while (true)
            {
                var changed = Volatile.Read(ref _changed).Task;
                if (Of(trace) is var spans && spans.Length >= count)
                {
                    return spans;
                }

                await changed.WaitAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
