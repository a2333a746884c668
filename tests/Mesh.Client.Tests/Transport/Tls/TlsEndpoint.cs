using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Transport.Tls;

/// <summary>A real server on loopback that speaks TLS; answers with the server name, the protocol and the client's certificate it saw.</summary>
internal sealed class TlsEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TlsEndpoint(WebApplication app) => (_app, Port) = (app, new Uri(app.Urls.First()).Port);

    public int Port { get; }

    public static async Task<TlsEndpoint> StartAsync(
        X509Certificate2 certificate,
        ClientCertificateMode clients = ClientCertificateMode.NoCertificate,
        HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(https =>
            {
                https.ServerCertificateSelector = (connection, name) =>
                {
                    connection!.Items["sni"] = name;
                    return certificate;
                };
                https.ClientCertificateMode = clients;
                https.AllowAnyClientCertificate();
                // So that a refused client certificate shows in the handshake, not in the first read after it.
                https.SslProtocols = clients == ClientCertificateMode.RequireCertificate ? SslProtocols.Tls12 : SslProtocols.None;
            });
        }));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(
            $"{context.Features.Get<IConnectionItemsFeature>()!.Items["sni"]} {context.Request.Protocol} {context.Connection.ClientCertificate?.SerialNumber}"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TlsEndpoint(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
