using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ControlPlane.Hosting;

/// <summary>One Kestrel server on one address, apart from any server of the app that hosts it.</summary>
internal sealed class HttpListener : IAsyncDisposable
{
    /// <summary>Streams end at once when a stop begins; what has not closed its connection by then is cut, so that no client can hold up the stop.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly ListenOptions _binding;

    private HttpListener(WebApplication app, ListenOptions binding)
    {
        _app = app;
        _binding = binding;
    }

    /// <summary>With the real port.</summary>
    public Uri Address => new($"http://{_binding.IPEndPoint}");

    /// <param name="endPoint">Port 0 takes any free port.</param>
    /// <param name="protocols">Without TLS there is no negotiation: HTTP/1.1 or HTTP/2, not both.</param>
    /// <param name="loggers">Stays with the caller.</param>
    /// <param name="map">Adds the endpoints; the token fires when the server begins to stop.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<HttpListener> StartAsync(
        IPEndPoint endPoint,
        HttpProtocols protocols,
        ILoggerFactory loggers,
        Action<IEndpointRouteBuilder, CancellationToken> map,
        CancellationToken cancellationToken)
    {
        ListenOptions? binding = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

            // A slow reader is the business of the stream, which allows it more time than Kestrel would.
            kestrel.Limits.MinResponseDataRate = protocols == HttpProtocols.Http2 ? null : kestrel.Limits.MinResponseDataRate;
            kestrel.Listen(endPoint, listen => (binding = listen).Protocols = protocols);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.AddSingleton<ILoggerFactory>(new ListenerLoggers(loggers));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var app = builder.Build();
        try
        {
            map(app, app.Lifetime.ApplicationStopping);
            await app.StartAsync(cancellationToken);
            return new HttpListener(app, binding!);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
