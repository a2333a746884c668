using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using Mesh.Client.Hosting;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Testing.Logging;
using Mesh.Testing.Spiffe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Transport;

/// <summary>A real Kestrel behind the mesh, whose policy and identity a test sets by hand.</summary>
internal sealed class TransportHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly InboundPolicy _policy;
    private readonly MeterListener _meters = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TransportHost(WebApplication app, SvidAuthority authority, FakeIdentity identity, LogCollector logs)
    {
        (_app, Authority, Identity, Logs) = (app, authority, identity, logs);
        _policy = app.Services.GetRequiredService<InboundPolicy>();
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((_, value, tags, _) => Count(tags, (int)value));
        _meters.Start();
    }

    public SvidAuthority Authority { get; }

    public FakeIdentity Identity { get; }

    public LogCollector Logs { get; }

    public WebApplication App => _app;

    public int Port { get; private set; }

    /// <summary>Starts with one endpoint, unless told otherwise, and the given mode on every port.</summary>
    public static async Task<TransportHost> StartAsync(
        PeerAuthenticationMode? mode,
        CancellationToken cancellationToken,
        Action<WebApplicationBuilder>? build = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<WebApplication>? map = null,
        bool hasIdentity = true,
        TimeProvider? time = null)
    {
        var authority = new SvidAuthority();
        var identity = hasIdentity ? FakeIdentity.Of(authority) : new FakeIdentity { IsConfigured = false };
        var logs = new LogCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(logs.AsProvider());
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        if (build is null && kestrel is null)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        }

        build?.Invoke(builder);
        builder.AddMesh();
        if (kestrel is not null)
        {
            builder.WebHost.ConfigureKestrel(kestrel);
        }

        // The test is the control plane.
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(MeshService)));
        builder.Services.RemoveAll<IWorkloadIdentity>();
        builder.Services.AddSingleton<IWorkloadIdentity>(identity);
        if (time is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(time));
            builder.Services.AddKeyedSingleton(Mesh.Server.Hosting.TransportSetup.GateClock, time);
        }

        var app = builder.Build();
        app.UseRouting();
        app.UseMesh();
        app.MapGet("/", Describe);
        map?.Invoke(app);
        var host = new TransportHost(app, authority, identity, logs);
        await app.StartAsync(cancellationToken);
        host.Port = new Uri(app.Urls.First()).Port;
        if (mode is { } known)
        {
            host.Set(known);
        }

        return host;
    }

    /// <summary>Gives every port of the host a mode.</summary>
    public void Set(PeerAuthenticationMode mode) => Publish(new InboundPort { Routes = NoRoutes, PeerAuthentication = mode });

    /// <summary>Takes the policy of every port back.</summary>
    public void Forget() => Publish(null);

    /// <summary>A client of the mesh.</summary>
    public HttpClient CreateMeshClient(string account = "client", Version? version = null, Action<SslClientAuthenticationOptions>? change = null) =>
        MeshTestClient.Create(Authority, account, version ?? HttpVersion.Version11, change);

    public Uri Https => new($"https://127.0.0.1:{Port}/");

    public Uri Http => new($"http://127.0.0.1:{Port}/");

    private string Counts
    {
        get
        {
            lock (_lock)
            {
                return string.Join(", ", _counts);
            }
        }
    }

    public int CountOf(string reason)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(reason);
        }
    }

    /// <summary>Completes when so many connections were refused or ended for a reason.</summary>
    public async Task WaitForCountAsync(string reason, CancellationToken cancellationToken, int count = 1)
    {
        while (true)
        {
            Task counted;
            lock (_lock)
            {
                if (_counts.GetValueOrDefault(reason) >= count)
                {
                    return;
                }

                counted = _counted.Task;
            }

            try
            {
                await counted.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"no connection was refused or ended for '{reason}'; counted: {Counts}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _meters.Dispose();
        Authority.Dispose();
        Logs.Dispose();
    }

    private static RouteConfiguration NoRoutes { get; } = new("inbound", []);

    private static string Describe(HttpContext context)
    {
        var peer = context.Features.Get<IMeshPeerFeature>();
        return $"{context.Request.Protocol} {context.Request.Scheme} {peer?.PeerId ?? "nobody"}";
    }

    private void Publish(InboundPort? rules)
    {
        var ports = _app.Urls.Select(url => new Uri(url).Port).Distinct().ToArray();
        _policy.Publish(new InboundConfiguration((rules is null ? [] : ports).ToFrozenDictionary(port => port, _ => rules!)) { Watched = ports.ToFrozenSet() });
    }

    private void Count(ReadOnlySpan<KeyValuePair<string, object?>> tags, int value)
    {
        foreach (var (name, reason) in tags)
        {
            if (name == "reason")
            {
                lock (_lock)
                {
                    _counts[(string)reason!] = _counts.GetValueOrDefault((string)reason!) + value;
                    var counted = _counted;
                    _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    counted.SetResult();
                }
            }
        }
    }
}
