using Mesh.ControlPlane.Hosting.Listening;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ControlPlane.Hosting;

/// <summary>A running control plane: its parts and the servers in front of them.</summary>
internal sealed class ControlPlaneHost : IAsyncDisposable
{
    private static readonly TimeSpan LongestWaitForKeys = TimeSpan.FromSeconds(5);

    private readonly HttpListener? _xds;
    private readonly HttpListener _secure;
    private readonly HttpListener _http;

    private ControlPlaneHost(ControlPlaneState state, HttpListener? xds, HttpListener secure, HttpListener http)
    {
        State = state;
        (_xds, _secure, _http) = (xds, secure, http);
    }

    public ControlPlaneState State { get; }

    /// <summary>Null when the plaintext port is off.</summary>
    public Uri? XdsAddress => _xds?.Address;

    public Uri SecureAddress => _secure.Address;

    public Uri HttpAddress => _http.Address;

    /// <summary>Returns when configuration is loaded and all ports answer.</summary>
    public static async Task<ControlPlaneHost> StartAsync(
        MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger<ControlPlaneHost>();
        var state = await ControlPlaneState.OpenAsync(options, loggers, time, cancellationToken);
        var started = new List<HttpListener>();
        try
        {
            await WaitForKeysAsync(state, time, cancellationToken);
            var handshake = new SecureHandshake(state.Security.Authority, time, loggers.CreateLogger<SecureHandshake>());
            var xds = options.Plaintext
                ? await ListenAsync(new ListenerBinding(nameof(options.XdsPort), ListenPlan.Plaintext(options), HttpProtocols.Http2), MapPlaintext)
                : null;
            var secure = await ListenAsync(
                new ListenerBinding(nameof(options.SecurePort), ListenPlan.Secure(options), HttpProtocols.Http1AndHttp2, handshake.ForWorkloads), MapSecure);
            var isLoopback = ListenPlan.IsLoopback(options);
            var http = await ListenAsync(
                new ListenerBinding(
                    nameof(options.HttpPort),
                    ListenPlan.Http(options),
                    isLoopback ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2,
                    isLoopback ? null : handshake.ForApi),
                MapApi);
            Announce(logger, options, state, xds, secure, http);
            return new ControlPlaneHost(state, xds, secure, http);
        }
        catch
        {
            foreach (var listener in started)
            {
                await listener.DisposeAsync();
            }

            await state.DisposeAsync();
            throw;
        }

        async Task<HttpListener> ListenAsync(ListenerBinding binding, Action<IEndpointRouteBuilder, CancellationToken> map)
        {
            var listener = await HttpListener.StartAsync(binding, loggers, map, cancellationToken);
            started.Add(listener);
            return listener;
        }

        void MapPlaintext(IEndpointRouteBuilder endpoints, CancellationToken stopping)
        {
            new AdsService(state.Serving).Map(endpoints, stopping);
            state.Quotas.Map(endpoints, findNamespace: null, stopping);
            state.KeyReports.Map(endpoints, findNamespace: null);
            state.Traffic?.Loads.Map(endpoints, authenticator: null, stopping);
            state.ClientStatus.Map(endpoints, readers: null);
            endpoints.MapGrpcFallback();
        }

        void MapSecure(IEndpointRouteBuilder endpoints, CancellationToken stopping) => SecurePort.Map(state, endpoints, stopping);

        void MapApi(IEndpointRouteBuilder endpoints, CancellationToken stopping)
        {
            var gate = new ApiGate(
                state.Security.VerifyApi, ListenPlan.AuthenticationOf(options) == ApiAuthentication.LoopbackDevelopment, state.Security.Audit, loggers.CreateLogger<ApiGate>());
            new RouteTable(gate, [.. ApiRoutes.Of(state, options, stopping)]).Map(endpoints);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
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
