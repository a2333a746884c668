using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Mesh.Protocol.Spiffe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Transport.Tls;

/// <summary>A real server on loopback that shows a certificate of the mesh and asks for one; the test changes its certificate while it runs.</summary>
internal sealed class MeshPeer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile SslStreamCertificateContext _certificate;

    private MeshPeer(SslStreamCertificateContext certificate, List<SslApplicationProtocol> protocols, RequestDelegate? answer)
    {
        _certificate = certificate;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => ValueTask.FromResult(Accept(context, protocols)),
        })));
        _app = builder.Build();
        _app.Run(context =>
        {
            Requests.Enqueue(context.Request.Path);
            return answer is null ? context.Response.WriteAsync(context.Request.Protocol) : answer(context);
        });
    }

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>The server names that handshakes asked for; one a handshake, also when it failed.</summary>
    public ConcurrentQueue<string> Handshakes { get; } = new();

    /// <summary>Serial numbers of the certificates that clients showed.</summary>
    public ConcurrentQueue<string> Clients { get; } = new();

    /// <summary>Paths that arrived.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Runs when a client has begun a handshake, before it is answered.</summary>
    public Action? Greeted { get; set; }

    public static async Task<MeshPeer> StartAsync(
        SslStreamCertificateContext certificate, List<SslApplicationProtocol>? protocols = null, RequestDelegate? answer = null)
    {
        var peer = new MeshPeer(certificate, protocols ?? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], answer);
        await peer._app.StartAsync(TestContext.Current.CancellationToken);
        return peer;
    }

    public void Show(SslStreamCertificateContext certificate) => _certificate = certificate;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private SslServerAuthenticationOptions Accept(TlsHandshakeCallbackContext context, List<SslApplicationProtocol> protocols)
    {
        Handshakes.Enqueue(context.ClientHelloInfo.ServerName);
        Greeted?.Invoke();
        var options = SvidTls.CreateServerOptions(_certificate, (leaf, _) =>
        {
            Clients.Enqueue(leaf?.SerialNumber ?? "");
            return leaf is not null;
        });
        options.ApplicationProtocols = protocols;
        return options;
    }
}
