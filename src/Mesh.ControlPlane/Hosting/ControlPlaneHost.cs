using System.Net;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ControlPlane.Hosting;

/// <summary>A running control plane: its parts and the servers in front of them.</summary>
internal sealed class ControlPlaneHost : IAsyncDisposable
{
    private static readonly TimeSpan LongestWaitForKeys = TimeSpan.FromSeconds(5);

    private readonly HttpListener _xds;
    private readonly HttpListener _http;

    private ControlPlaneHost(ControlPlaneState state, HttpListener xds, HttpListener http)
    {
        State = state;
        _xds = xds;
        _http = http;
    }

    public ControlPlaneState State { get; }

    public Uri XdsAddress => _xds.Address;

    public Uri HttpAddress => _http.Address;

    /// <summary>Returns when configuration is loaded and both ports answer.</summary>
    public static async Task<ControlPlaneHost> StartAsync(
        MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = IPAddress.Parse(options.Address);
        var logger = loggers.CreateLogger<ControlPlaneHost>();
        if (!IPAddress.IsLoopback(address))
        {
            HostingLog.PlaintextExposed(logger, address);
        }

        var state = new ControlPlaneState(options, loggers, time);
        HttpListener? xds = null;
        try
        {
            await WaitForKeysAsync(state, time, cancellationToken);
            xds = await ListenAsync(nameof(options.XdsPort), new IPEndPoint(address, options.XdsPort), HttpProtocols.Http2, loggers, MapXds, cancellationToken);
            var http = await ListenAsync(nameof(options.HttpPort), new IPEndPoint(address, options.HttpPort), HttpProtocols.Http1, loggers, MapHttp, cancellationToken);
            HostingLog.Started(logger, xds.Address, http.Address, state.Store.Current.Resources.Count);
            return new ControlPlaneHost(state, xds, http);
        }
        catch
        {
            if (xds is not null)
            {
                await xds.DisposeAsync();
            }

            await state.DisposeAsync();
            throw;
        }

        void MapXds(IEndpointRouteBuilder endpoints, CancellationToken stopping)
        {
            new AdsService(state.Serving).Map(endpoints, stopping);
            endpoints.MapGrpcFallback();
        }

        void MapHttp(IEndpointRouteBuilder endpoints, CancellationToken stopping) => new HttpEndpoints(state, stopping).Map(endpoints);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _xds.StopAsync(cancellationToken);
        await _http.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _xds.DisposeAsync();
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

    private static async Task<HttpListener> ListenAsync(
        string option,
        IPEndPoint endPoint,
        HttpProtocols protocols,
        ILoggerFactory loggers,
        Action<IEndpointRouteBuilder, CancellationToken> map,
        CancellationToken cancellationToken)
    {
        try
        {
            return await HttpListener.StartAsync(endPoint, protocols, loggers, map, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            throw new ListenException(option, endPoint, exception);
        }
    }
}
