using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>One Kestrel server on one address, apart from any server of the app that hosts it.</summary>
internal sealed class HttpListener : IAsyncDisposable
{
    /// <summary>Streams end at once when a stop begins; what has not closed its connection by then is cut, so that no client can hold up the stop.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly LateEndpoints _endpoints;

    private HttpListener(WebApplication app, LateEndpoints endpoints, Uri address)
    {
        (_app, _endpoints) = (app, endpoints);
        Address = address;
    }

    /// <summary>With the real port.</summary>
    public Uri Address { get; }

    /// <param name="binding">Where, and how.</param>
    /// <param name="loggers">Stays with the caller.</param>
    /// <param name="map">Adds the endpoints; the token fires when the server begins to stop.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ListenException">The address cannot be bound.</exception>
    public static async Task<HttpListener> StartAsync(
        ListenerBinding binding,
        ILoggerFactory loggers,
        Action<IEndpointRouteBuilder, CancellationToken> map,
        CancellationToken cancellationToken)
    {
        ListenOptions? listening = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

            // A slow reader is the business of the stream, which allows it more time than Kestrel would.
            kestrel.Limits.MinResponseDataRate = binding.Protocols.HasFlag(HttpProtocols.Http2) ? null : kestrel.Limits.MinResponseDataRate;
            kestrel.Listen(binding.EndPoint, listen =>
            {
                (listening = listen).Protocols = binding.Protocols;
                if (binding.Tls is { } tls)
                {
                    listen.UseHttps(tls);
                }
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.AddSingleton<ILoggerFactory>(new ListenerLoggers(loggers));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var app = builder.Build();
        try
        {
            var endpoints = new LateEndpoints();
            endpoints.Replace(app.Services, builder => map(builder, app.Lifetime.ApplicationStopping));
            ((IEndpointRouteBuilder)app).DataSources.Add(endpoints);
            await app.StartAsync(cancellationToken);
            return new HttpListener(app, endpoints, new Uri($"{(binding.Tls is null ? "http" : "https")}://{listening!.IPEndPoint}"));
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            throw new ListenException(binding.Option, binding.EndPoint, exception);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves other endpoints from now on, on the same port.</summary>
    /// <param name="map">Adds all of them; the token fires when the server begins to stop.</param>
    public void Remap(Action<IEndpointRouteBuilder, CancellationToken> map) =>
        _endpoints.Replace(_app.Services, builder => map(builder, _app.Lifetime.ApplicationStopping));

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
