using Mesh.ControlPlane.Hosting.Listening;
using Mesh.ControlPlane.Hosting.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ControlPlane.Hosting;

/// <summary>A running control plane: its parts and the servers in front of them.</summary>
internal sealed class ControlPlaneHost : IAsyncDisposable
{
    private static readonly TimeSpan LongestWaitForKeys = TimeSpan.FromSeconds(5);

    private readonly HttpListener? _xds;
    private readonly HttpListener _secure;
    private readonly HttpListener _http;

    private readonly TimeSpan _drainTime;

    private ControlPlaneHost(ControlPlaneState state, HttpListener? xds, HttpListener secure, HttpListener http, TimeSpan drainTime)
    {
        State = state;
        _drainTime = drainTime;
        (_xds, _secure, _http) = (xds, secure, http);
    }

    public ControlPlaneState State { get; }

    /// <summary>Null when the plaintext port is off.</summary>
    public Uri? XdsAddress => _xds?.Address;

    public Uri SecureAddress => _secure.Address;

    public Uri HttpAddress => _http.Address;

    /// <summary>Returns when configuration is loaded and all ports answer; the HTTP port does from the first moment on, and says that it is not ready.</summary>
    public static async Task<ControlPlaneHost> StartAsync(
        MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken, IConfiguration? configuration = null)
    {
        // Where the API speaks TLS its certificate comes from the state that is still to be loaded.
        var early = ListenPlan.IsLoopback(options) ? await ListenEarlyAsync(options, loggers, cancellationToken) : null;
        try
        {
            var state = await ControlPlaneState.OpenAsync(options, configuration, loggers, time, cancellationToken);
            try
            {
                return await ListenAsync(new HostParts(options, loggers, time, state), early, cancellationToken);
            }
            catch
            {
                await state.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await (early?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    private static Task<HttpListener> ListenEarlyAsync(MeshControlPlaneOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        HttpListener.StartAsync(
            new ListenerBinding(nameof(options.HttpPort), ListenPlan.Http(options), HttpProtocols.Http1), loggers, static (endpoints, _) => EarlyPages.Map(endpoints), cancellationToken);

    private static async Task<ControlPlaneHost> ListenAsync(HostParts parts, HttpListener? early, CancellationToken cancellationToken)
    {
        var (options, loggers, time, state) = parts;
        var started = new List<HttpListener>();
        try
        {
            await WaitForKeysAsync(state, time, cancellationToken);
            var handshake = new SecureHandshake(state.Security.Authority, time, loggers.CreateLogger<SecureHandshake>());
            var xds = options.Plaintext
                ? await StartAsync(new ListenerBinding(nameof(options.XdsPort), ListenPlan.Plaintext(options), HttpProtocols.Http2), parts.MapPlaintext)
                : null;
            var secure = await StartAsync(
                new ListenerBinding(nameof(options.SecurePort), ListenPlan.Secure(options), HttpProtocols.Http1AndHttp2, handshake.ForWorkloads),
                (endpoints, stopping) => SecurePort.Map(state, endpoints, stopping));
            early?.Remap(parts.MapApi);
            var http = early ?? await StartAsync(
                new ListenerBinding(nameof(options.HttpPort), ListenPlan.Http(options), HttpProtocols.Http1AndHttp2, handshake.ForApi), parts.MapApi);
            Announce(loggers.CreateLogger<ControlPlaneHost>(), options, state, xds, secure, http);
            return new ControlPlaneHost(state, xds, secure, http, StreamOptionsRules.DrainTimeOf(options));
        }
        catch
        {
            foreach (var listener in started)
            {
                await listener.DisposeAsync();
            }

            throw;
        }

        async Task<HttpListener> StartAsync(ListenerBinding binding, Action<IEndpointRouteBuilder, CancellationToken> map)
        {
            var listener = await HttpListener.StartAsync(binding, loggers, map, cancellationToken);
            started.Add(listener);
            return listener;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await State.Serving.Rotation.DrainAsync(_drainTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (_xds?.StopAsync(cancellationToken) ?? Task.CompletedTask);
        await _secure.StopAsync(cancellationToken);
        await _http.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await (_xds?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _secure.DisposeAsync();
        await _http.DisposeAsync();
        await State.DisposeAsync();
    }

    // A restarted control plane that serves before it has the keys would have good tokens refused; it does not wait for a dead issuer.
    private static async Task WaitForKeysAsync(ControlPlaneState state, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await state.Keys.Settled.WaitAsync(LongestWaitForKeys, time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }
    }

    private static void Announce(
        ILogger logger, MeshControlPlaneOptions options, ControlPlaneState state, HttpListener? xds, HttpListener secure, HttpListener http)
    {
        HostingLog.Started(logger, secure.Address, $"{xds?.Address.ToString() ?? "off"}", http.Address, state.Store.Current.Resources.Count);
        if (ListenPlan.AuthenticationOf(options) == ApiAuthentication.Required)
        {
            return;
        }

        if (ListenPlan.IsLoopback(options))
        {
            HostingLog.Development(logger, http.Address);
        }
        else
        {
            HostingLog.DevelopmentExposed(logger, http.Address);
        }
    }
}
