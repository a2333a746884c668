using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Pipeline;

/// <summary>A real server on loopback: one port for HTTP/1.1, one for HTTP/2 without TLS.</summary>
internal sealed class KestrelEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KestrelEndpoint(WebApplication app, int[] ports) => (_app, Http1, Http2) = (app, ports[0], ports[1]);

    public int Http1 { get; }

    public int Http2 { get; }

    public static async Task<KestrelEndpoint> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new KestrelEndpoint(app, [.. app.Urls.Select(url => new Uri(url).Port)]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
